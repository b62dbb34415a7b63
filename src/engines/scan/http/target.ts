import { ScanError } from "../errors.ts";

/** An absolute URL cut into what a request needs, without normalising the path: `/../` and `//` are meant. */
export interface WireUrl {
  readonly scheme: "http" | "https";
  /** `scheme://host[:port]`, what connections are pooled by. */
  readonly origin: string;
  /** With the port unless it is the scheme's default: the Host header. */
  readonly host: string;
  /** IPv6 in brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path and query as they go on the wire; begins with `/`. */
  readonly path: string;
  /** The URL as shown. */
  readonly href: string;
}

const absolute = /^(https?):\/\/([^/?#\\]*)([^#]*)/is;
const notOnTheWire = /[^\x21-\x7e]+/gu;

/**
 * Cuts an absolute http or https URL. Characters that cannot stand in a request line are percent-encoded, all others
 * are kept as written; a fragment is dropped. Undefined when it is none, or names credentials.
 *
 * @param like a URL whose origin this one probably has; saves taking the authority apart again
 */
export const parseWireUrl = (text: string, like?: WireUrl): WireUrl | undefined => {
  const found = absolute.exec(text);
  if (found === null) return undefined;
  const [, schemeText = "", authority = "", rest = ""] = found;
  const base = `${schemeText}://${authority}`;
  const origin = base === like?.origin ? like : parseOrigin(base);
  if (origin === undefined) return undefined;
  const shown = rest.replaceAll(notOnTheWire, encodeCharacters);
  return {
    scheme: origin.scheme,
    origin: origin.origin,
    host: origin.host,
    hostname: origin.hostname,
    port: origin.port,
    path: shown.startsWith("/") ? shown : `/${shown}`,
    href: `${origin.origin}${shown}`,
  };
};

const parseOrigin = (text: string): Omit<WireUrl, "path" | "href"> | undefined => {
  if (text.includes("@") || !URL.canParse(text)) return undefined;
  const { origin, host, hostname, port, protocol } = new URL(text);
  const scheme = protocol === "https:" ? "https" : "http";
  return { scheme, origin, host, hostname, port: port === "" ? (scheme === "https" ? 443 : 80) : Number(port) };
};

const encodeCharacters = (characters: string): string =>
  [...Buffer.from(characters, "utf8")].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/**
 * Reads a scan's target.
 *
 * @throws ScanError `invalid-target` when it is not an absolute http or https URL without credentials
 */
export const parseTarget = (target: string): WireUrl => {
  const parsed = target.length <= 8_192 ? parseWireUrl(target.trim()) : undefined;
  if (parsed !== undefined) return parsed;
  throw new ScanError(
    "invalid-target",
    `target "${target.slice(0, 200)}" is not an absolute http or https URL without user name, such as http://example.com`,
    { ids: { target: target.slice(0, 200) } },
  );
};
