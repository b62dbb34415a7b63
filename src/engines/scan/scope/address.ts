import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * How much it takes to permit an address.
 * - `public`: an allowed name that resolves to it is enough.
 * - `internal`: loopback, private and other special ranges. Only an entry for an address or a network inside the same
 *   range permits it, so that neither a name that is pointed inwards nor 0.0.0.0/0 opens the inside.
 * - `guarded`: link-local. As internal, and named here for what depends on it: cloud metadata lives there.
 * - `metadata`: the address of a cloud's metadata service, or an IPv6 address that leads to it or to link-local. Only
 *   an entry of exactly this address permits it.
 */
export type AddressClass = "public" | "internal" | "guarded" | "metadata";

export interface Network {
  readonly base: Address;
  readonly bits: number;
}

/**
 * AWS, Azure, GCP, Oracle, DigitalOcean (169.254.169.254, OpenStack's fe80 form of it), AWS tasks and pods, Scaleway,
 * Tencent, Alibaba, Azure's host agent, Oracle, and over IPv6 AWS, GCP, Scaleway, Linode.
 */
const metadataAddresses = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "169.254.42.42",
  "169.254.0.23",
  "fe80::a9fe:a9fe",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
  "fd00:42::42",
  "fd00:a9fe:a9fe::1",
]);

const network = (cidr: string): Network => {
  const [base, bits] = ipaddr.parseCIDR(cidr);
  return { base, bits };
};

/**
 * Special ranges that are not public. Those that carry an IPv4 address inside an IPv6 one (NAT64, 6to4, Teredo) are
 * among them, because the IPv4 address could be any.
 */
const guardedRanges = ["169.254.0.0/16", "fe80::/10"].map(network);
const internalRanges = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/32",
  "2002::/16",
  "fc00::/7",
  "fec0::/10",
  "ff00::/8",
].map(network);

const mostKnown = 1_000;
/** Addresses are asked about again and again, and the library takes long for one, longer for what is none. */
const known = new Map<string, Address | undefined>();
const notInAddress = /[^0-9a-f:.]/i;

/** Reads an IPv4 or IPv6 address; one that is IPv4 in IPv6 form becomes IPv4, a zone is dropped. */
export const parseAddress = (text: string): Address | undefined => {
  const bracketed = /^\[(.*)\]$/.exec(text);
  const bare = (bracketed?.[1] ?? text).replace(/%.*$/, "");
  if (notInAddress.test(bare)) return undefined;
  const before = known.get(bare);
  if (before !== undefined) return before;
  const address = parsed(bare);
  if (known.size === mostKnown) known.clear();
  known.set(bare, address);
  return address;
};

/** The library takes `::127.0.0.1` for 127.0.0.1; for the system it is the IPv6 address ::7f00:1, as the library says of `0::127.0.0.1`. */
const v4InV6 = /^::\d+\./;

const parsed = (bare: string): Address | undefined => {
  if (!ipaddr.IPv6.isValid(bare) && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return undefined;
  const address = ipaddr.parse(v4InV6.test(bare) ? `0${bare}` : bare);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
};

export const contains = ({ base, bits }: Network, address: Address): boolean =>
  base.kind() === address.kind() && address.match(base, bits);

/** The special range that an address is in, or undefined for a public one. */
export const specialRange = (address: Address): Network | undefined =>
  [...guardedRanges, ...internalRanges].find((range) => contains(range, address));

/** Where IPv6 addresses carry an IPv4 one: the index of its first byte. */
const carriers = [
  { range: network("64:ff9b::/96"), at: 12 },
  { range: network("64:ff9b:1::/48"), at: 12 },
  { range: network("::/96"), at: 12 },
  { range: network("2002::/16"), at: 2 },
];
const teredo = network("2001::/32");

/** The IPv4 address that a translator or tunnel would take from an IPv6 address. */
const carriedAddress = (address: Address): Address | undefined => {
  const bytes = address.toByteArray();
  // Teredo inverts the bits.
  if (contains(teredo, address)) return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  const carrier = carriers.find(({ range }) => contains(range, address));
  return carrier === undefined ? undefined : new ipaddr.IPv4(bytes.slice(carrier.at, carrier.at + 4));
};

export const classify = (address: Address): AddressClass => {
  if (metadataAddresses.has(address.toString())) return "metadata";
  const carried = carriedAddress(address);
  if (carried !== undefined && ["metadata", "guarded"].includes(classify(carried))) return "metadata";
  if (guardedRanges.some((range) => contains(range, address))) return "guarded";
  return internalRanges.some((range) => contains(range, address)) ? "internal" : "public";
};

/** Whether the first network lies inside the second. */
export const isInside = (inner: Network, outer: Network): boolean =>
  inner.bits >= outer.bits && contains(outer, inner.base);

export const isExactly = ({ bits }: Network, address: Address): boolean =>
  bits === (address.kind() === "ipv4" ? 32 : 128);

export const isLoopback = (address: Address): boolean => address.range() === "loopback";
