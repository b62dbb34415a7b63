import ipaddr from "ipaddr.js";

/** Addresses whose first bits are the same. */
export interface Network {
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly bits: number;
}

/** The longest IPv6 address, and its prefix length. */
const mostChars = 50;

/** The network that a text names, an address being one of its own; undefined: none. IPv4 within IPv6 (`::ffff:10.0.0.1`) is IPv4. */
export const networkOf = (text: string): Network | undefined => {
  const [name = "", length, more] = text.split("/", 3);
  if (text.length > mostChars || more !== undefined) return undefined;
  const address = addressOf(name);
  if (address === undefined) return undefined;
  const most = address.kind() === "ipv4" ? 32 : 128;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > most)) return undefined;
  const bits = length === undefined ? most : Number(length);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) {
    return { address: address.toIPv4Address(), bits: bits - 96 };
  }
  return { address, bits };
};

const addressOf = (text: string): Network["address"] | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
};

/** Whether all addresses of the one are addresses of the other. */
export const isWithin = (inner: Network, outer: Network): boolean =>
  inner.address.kind() === outer.address.kind() &&
  inner.bits >= outer.bits &&
  inner.address.match(outer.address, outer.bits);
