import ipaddr from "ipaddr.js";
import { cacaoBounds } from "../model/playbook.ts";
import type { VariableType } from "../model/variable.ts";

const wholeNumber = /^[+-]?\d{1,19}$/;
const decimalNumber = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,3})?$/;

const isWholeOf =
  (bits: number) =>
  (text: string): boolean =>
    wholeNumber.test(text) && BigInt.asIntN(bits, BigInt(text)) === BigInt(text);

/** An address, or a network with the length of its prefix. */
const isNetwork = (text: string, isAddress: (text: string) => boolean, bits: number): boolean => {
  const [address = "", length, more] = text.split("/", 3);
  if (more !== undefined || !isAddress(address)) return false;
  return length === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(length) && Number(length) <= bits);
};

const isIpv4 = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text);
const isIpv6 = (text: string): boolean =>
  text.length <= 45 && text.includes(":") && /^[\da-f:.]+$/i.test(text) && ipaddr.IPv6.isValid(text);

const isJsonContainer = (text: string): boolean => {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null;
  } catch {
    return false;
  }
};

const shapes: Readonly<Record<VariableType, { readonly fits: (text: string) => boolean; readonly problem: string }>> = {
  string: { fits: () => true, problem: "" },
  bool: { fits: (text) => text === "true" || text === "false", problem: "is not true or false" },
  integer: { fits: isWholeOf(32), problem: "is not a whole number of 32 bits" },
  long: { fits: isWholeOf(64), problem: "is not a whole number of 64 bits" },
  float: { fits: (text) => decimalNumber.test(text) && Number.isFinite(Number(text)), problem: "is not a number" },
  hexstring: { fits: (text) => /^(?:[\da-fA-F]{2})+$/.test(text), problem: "is not pairs of hexadecimal digits" },
  "ipv4-addr": { fits: (text) => isNetwork(text, isIpv4, 32), problem: "is not an IPv4 address or network" },
  "ipv6-addr": { fits: (text) => isNetwork(text, isIpv6, 128), problem: "is not an IPv6 address or network" },
  "mac-addr": {
    fits: (text) => /^[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}$/i.test(text),
    problem: "is not a MAC address such as d2:fb:49:24:37:18",
  },
  // Fuzzy hashes are hashes too, and are not hexadecimal.
  hash: { fits: (text) => /^[\x21-\x7e]{1,512}$/.test(text), problem: "is not a hash" },
  "md5-hash": { fits: (text) => /^[\da-fA-F]{32}$/.test(text), problem: "is not 32 hexadecimal digits" },
  "sha256-hash": { fits: (text) => /^[\da-fA-F]{64}$/.test(text), problem: "is not 64 hexadecimal digits" },
  uri: {
    fits: (text) => /^[a-z][a-z\d+.-]*:[^\s\p{Cc}]+$/iu.test(text),
    problem: "is not a URI: a scheme, a colon and no spaces",
  },
  uuid: { fits: (text) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text), problem: "is not a UUID" },
  dictionary: { fits: isJsonContainer, problem: "is not a JSON object or list" },
};

/**
 * What is wrong with a text as the value of a variable of the type, as "is not …"; undefined: nothing. `integer` has 32 bits and `long` 64,
 * both signed; `dictionary` is a JSON object or list, `ipv4-addr` and `ipv6-addr` may be networks (`10.0.0.0/8`). The empty text fits every
 * type: the standard takes it for a value that is known to be empty.
 */
export const valueProblem = (type: VariableType, text: string): string | undefined => {
  if (text.length > cacaoBounds.chars) return `is longer than ${cacaoBounds.chars} characters`;
  if (/\p{Cs}/u.test(text)) return "is not Unicode text: it has half of a character of two";
  return text === "" || shapes[type].fits(text) ? undefined : shapes[type].problem;
};
