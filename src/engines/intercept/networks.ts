import ipaddr from "ipaddr.js";
import { InterceptError } from "./errors.ts";
import { v4Number, v4Text } from "./v4-number.ts";

const v4Bits = 32;
const v6Bits = 128;
const mappedBits = 96;
const partBits = 16;

/** An address with the number of bits that count; the others are 0. */
export type Network =
  | { readonly family: "ipv4"; readonly number: number; readonly prefixBits: number }
  | { readonly family: "ipv6"; readonly parts: readonly number[]; readonly prefixBits: number };

/** One IPv4 address. */
export const v4Network = (number: number): Network => ({ family: "ipv4", number, prefixBits: v4Bits });

/**
 * Reads `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. An IPv4 network written as IPv6 (`::ffff:192.0.2.0/120`) is the IPv4 one.
 *
 * @throws InterceptError `invalid-network` naming the text
 */
export const parseNetwork = (text: string): Network => {
  const [address = "", bits, ...more] = text.split("/");
  const prefixBits = bits === undefined ? undefined : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  const network = more.length > 0 ? undefined : networkOf(address, prefixBits);
  if (network !== undefined) return network;
  const short = text.slice(0, 100);
  throw new InterceptError(
    "invalid-network",
    `${JSON.stringify(short)} is neither an address nor a network: write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32`,
    { ids: { network: short } },
  );
};

const networkOf = (address: string, bits: number | undefined): Network | undefined => {
  const number = v4Number(address);
  if (number !== undefined) return v4Of(number, bits ?? v4Bits);
  if (!ipaddr.IPv6.isValid(address)) return undefined;
  const { parts } = ipaddr.IPv6.parse(address);
  const mapped = ipaddr.IPv6.parse(address).isIPv4MappedAddress();
  if (mapped) return v4Of((parts[6] ?? 0) * 0x10000 + (parts[7] ?? 0), (bits ?? v6Bits) - mappedBits);
  const prefixBits = bits ?? v6Bits;
  if (!(prefixBits >= 0 && prefixBits <= v6Bits)) return undefined;
  return { family: "ipv6", parts: v6Masked(parts, prefixBits), prefixBits };
};

const v4Of = (number: number, prefixBits: number): Network | undefined => {
  if (!(prefixBits >= 0 && prefixBits <= v4Bits)) return undefined;
  return { family: "ipv4", number: v4Masked(number, prefixBits), prefixBits };
};

/** The network as a text; without its length when it is one address. */
export const networkText = (network: Network): string => {
  const isV4 = network.family === "ipv4";
  const address = isV4 ? v4Text(network.number) : new ipaddr.IPv6([...network.parts]).toString();
  return network.prefixBits === (isV4 ? v4Bits : v6Bits) ? address : `${address}/${network.prefixBits}`;
};

const v4Masked = (number: number, prefixBits: number): number =>
  prefixBits === 0 ? 0 : (number & (0xffffffff << (v4Bits - prefixBits))) >>> 0;

/** The first bits of an IPv6 address, the others 0. */
export const v6Masked = (parts: readonly number[], prefixBits: number): readonly number[] =>
  parts.map((part, at) => part & (0xffff << (partBits - Math.min(Math.max(prefixBits - at * partBits, 0), partBits))));

/** Networks in which an address or a smaller network can be looked up: one look for each length that occurs. */
export class NetworkSet<Value> {
  /** By length, then by number or parts. */
  readonly #v4 = new Map<number, Map<number, Value>>();
  readonly #v6 = new Map<number, Map<string, Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(network: Network, value: Value): void {
    this.delete(network);
    if (network.family === "ipv4") {
      const networks = this.#v4.get(network.prefixBits) ?? new Map<number, Value>();
      this.#v4.set(network.prefixBits, networks.set(network.number, value));
    } else {
      const networks = this.#v6.get(network.prefixBits) ?? new Map<string, Value>();
      this.#v6.set(network.prefixBits, networks.set(network.parts.join(), value));
    }
    this.#size += 1;
  }

  delete(network: Network): void {
    const { prefixBits } = network;
    const gone =
      network.family === "ipv4"
        ? this.#v4.get(prefixBits)?.delete(network.number)
        : this.#v6.get(prefixBits)?.delete(network.parts.join());
    if (gone !== true) return;
    this.#size -= 1;
    const lengths = network.family === "ipv4" ? this.#v4 : this.#v6;
    if (lengths.get(prefixBits)?.size === 0) lengths.delete(prefixBits);
  }

  /** What was set for the networks that hold all of this one. */
  *holding(network: Network): Iterable<Value> {
    if (network.family === "ipv4") {
      for (const [prefixBits, networks] of this.#v4) {
        if (prefixBits > network.prefixBits) continue;
        const value = networks.get(v4Masked(network.number, prefixBits));
        if (value !== undefined) yield value;
      }
      return;
    }
    for (const [prefixBits, networks] of this.#v6) {
      if (prefixBits > network.prefixBits) continue;
      const value = networks.get(v6Masked(network.parts, prefixBits).join());
      if (value !== undefined) yield value;
    }
  }
}
