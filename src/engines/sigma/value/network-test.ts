import ipaddr from "ipaddr.js";
import type { Leaf } from "../event/leaf.ts";
import type { ValueTest } from "./value-test.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The longest text of an IPv6 address with a zone that is worth a look. */
const mostChars = 100;

/** An address as logs write it; an IPv4 address inside of IPv6 (`::ffff:10.0.0.1`) is that address. */
const addressOf = (text: string): Address | undefined => {
  if (text.length > mostChars) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
};

/** Whether a value is an address of a network. What is no address never passes. */
export class NetworkTest implements ValueTest {
  readonly required = [];
  readonly #network: Address;
  readonly #bits: number;

  private constructor(network: Address, bits: number) {
    this.#network = network;
    this.#bits = bits;
  }

  /** @returns or, in words for a person, what is wrong with the network */
  static parse(cidr: string): NetworkTest | string {
    const [text = "", length, more] = cidr.split("/");
    const network = more === undefined ? addressOf(text) : undefined;
    if (network === undefined) return "is no network such as 10.0.0.0/8 or fd00::/8";
    const bytes = network.toByteArray();
    const most = bytes.length * 8;
    const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
    if (bits < 0 || bits > most) return `needs a prefix length of 0 to ${most} behind the slash`;
    if (bytes.some((byte, at) => (byte & (0xff >> Math.min(8, Math.max(0, bits - at * 8)))) !== 0)) {
      return "has bits set behind its prefix length: write the first address of the network";
    }
    return new NetworkTest(network, bits);
  }

  passes({ value }: Leaf): boolean {
    const address = typeof value === "string" ? addressOf(value) : undefined;
    return address?.kind() === this.#network.kind() && address.match(this.#network, this.#bits);
  }
}
