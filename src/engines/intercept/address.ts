import ipaddr from "ipaddr.js";
import { networkText, parseNetwork, v6Masked } from "./networks.ts";
import { v4Number } from "./v4-number.ts";

/**
 * The subject that an address of a client is: an IPv4 address as four decimal numbers, also when it is written as an IPv6 one; an IPv6
 * address as its network, such as `2001:db8:1:2::/64`, because one client has a whole network of them. A zone is left out.
 *
 * @param v6PrefixBits 1 … 128; with 128 the address itself
 * @returns undefined for a text that is no address
 */
export const addressSubject = (text: string, v6PrefixBits: number): string | undefined => {
  if (v4Number(text) !== undefined) return text;
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const network = parseNetwork(text);
  if (network.family === "ipv4") return networkText(network);
  return networkText({ family: "ipv6", parts: v6Masked(network.parts, v6PrefixBits), prefixBits: v6PrefixBits });
};
