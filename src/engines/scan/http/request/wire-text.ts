import { parseWireUrl, type WireUrl } from "../target.ts";

const notOnTheWire = /[^\x21-\x7e]/;
const everyOther = /[^\x21-\x7e]/g;

const encodeByte = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** Percent-encodes the bytes of a byte string that cannot stand in a request line; all others are kept as written. */
export const encodeBytes = (bytes: string): string =>
  notOnTheWire.test(bytes) ? bytes.replace(everyOther, encodeByte) : bytes;

/**
 * The URL that a rendered text names; undefined when it is no http or https URL.
 *
 * @param like a URL whose origin this one probably has
 */
export const wireUrlOf = (bytes: string, like?: WireUrl): WireUrl | undefined =>
  parseWireUrl(encodeBytes(bytes.trim()), like);
