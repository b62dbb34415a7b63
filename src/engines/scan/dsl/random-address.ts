import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Random } from "../../../base/random.ts";
import { DslError } from "./error.ts";

const printedAddress = (bytes: readonly number[]): string => {
  const address = ipaddr.fromByteArray([...bytes]);
  return address.kind() === "ipv6" ? (address as ipaddr.IPv6).toRFC5952String() : address.toString();
};

/** Draws until it is not the network's own address, at most so often. */
const maxDraws = 255;

/**
 * A random address of a network in CIDR notation, IPv4 or IPv6; the address itself when the network has only that one.
 *
 * @throws DslError `wrong-argument`
 */
export const randomAddress = (network: string, random: Random): string => {
  const [text = "", prefix = "", ...rest] = network.split("/");
  const bits = isIP(text) === 4 ? 32 : 128;
  if (isIP(text) === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) {
    throw new DslError("wrong-argument", "an argument is no network such as 10.0.0.0/8");
  }
  const ones = Number(prefix);
  const base = ipaddr.parse(text).toByteArray();
  if (ones === bits) return printedAddress(base);
  const own = base.map((byte, at) => (byte & hostMask(at, ones)) ^ byte);
  for (let draw = 1; ; draw += 1) {
    const bytes = own.map((byte, at) => byte | (random.below(256) & hostMask(at, ones)));
    if (draw === maxDraws || bytes.some((byte, at) => byte !== own[at])) return printedAddress(bytes);
  }
};

/** The bits of one byte that are not the network's. */
const hostMask = (at: number, ones: number): number => 0xff >> Math.min(Math.max(ones - at * 8, 0), 8);
