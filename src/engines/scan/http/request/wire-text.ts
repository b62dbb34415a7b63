import { parseWireUrl, type WireUrl } from "../target.ts";

const notOnTheWire = /[^\x21-\x7e]/;
const everyOther = /[^\x21-\x7e]/g;

const encodeByte = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** A percent sign that encodes nothing, before the query: nuclei encodes it, as Go's URLs cannot have it. */
const strayPercent = /^[^?]*?%(?![0-9a-fA-F]{2})/;
const strayPercents = /%(?![0-9a-fA-F]{2})/g;

const encodePercents = (bytes: string): string => {
  if (!strayPercent.test(bytes)) return bytes;
  const at = bytes.indexOf("?");
  const path = at === -1 ? bytes : bytes.slice(0, at);
  return path.replace(strayPercents, "%25") + bytes.slice(path.length);
};

/** Percent-encodes the bytes of a byte string that cannot stand in a request line; all others are kept as written. */
export const encodeBytes = (bytes: string): string => {
  const wire = notOnTheWire.test(bytes) ? bytes.replace(everyOther, encodeByte) : bytes;
  return wire.includes("%") ? encodePercents(wire) : wire;
};

/**
 * The URL that a rendered text names; undefined when it is no http or https URL.
 *
 * @param like a URL whose origin this one probably has
 */
export const wireUrlOf = (bytes: string, like?: WireUrl): WireUrl | undefined =>
  (like && pathBehind(bytes, like)) ?? parseWireUrl(encodeBytes(bytes.trim()), like);

/** No blank, and no fragment, which does not go on the wire. */
const plainPath = /^\/[\x21\x22\x24-\x7e]*$/;

/** Nearly all requests are an origin and a plain path behind it; the others are taken apart with care. */
const pathBehind = (bytes: string, like: WireUrl): WireUrl | undefined => {
  const { scheme, origin, host, hostname, port } = like;
  if (!bytes.startsWith(origin)) return undefined;
  const path = bytes.slice(origin.length);
  const isPlain = plainPath.test(path) && !(path.includes("%") && strayPercent.test(path));
  return isPlain ? { scheme, origin, host, hostname, port, path, href: bytes } : undefined;
};
