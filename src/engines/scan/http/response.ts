import { STATUS_CODES } from "node:http";
import { headerValue } from "./http1/response-head.ts";
import type { WireUrl } from "./target.ts";

/** A response in the chain of a request and its redirects. */
export interface HttpResponse {
  /** What was asked for this response. */
  readonly url: WireUrl;
  /** Such as `HTTP/1.1`. */
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, as they came: byte strings. */
  readonly headers: readonly string[];
  /** Decoded. Empty for a redirect that was followed, as in nuclei. */
  readonly body: Buffer;
  /** The body was longer than its limit; this is its beginning. */
  readonly truncated: boolean;
  /** The client asked for the compression that the body came in, so that its headers do not count as the site's. */
  readonly decodedByClient: boolean;
  /** The address that was contacted; undefined when it is not known. */
  readonly ip: string | undefined;
  /** From the first byte of the whole chain to the last of this response. */
  readonly durationMs: number;
}

/** Go's canonical form, in which nuclei's templates expect header names: `x-powered-by` becomes `X-Powered-By`. */
const canonicalName = (name: string): string =>
  /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)
    ? name
        .toLowerCase()
        .replaceAll(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase())
    : name;

/** Pairs of canonical names and latin1 values, in the order in which they came. */
export const headerPairs = (response: HttpResponse): readonly (readonly [name: string, value: string])[] => {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < response.headers.length; at += 2) {
    const name = canonicalName(response.headers[at] ?? "");
    if (response.decodedByClient && (name === "Content-Encoding" || name === "Content-Length")) continue;
    pairs.push([name, response.headers[at + 1] ?? ""]);
  }
  return pairs;
};

/**
 * The head of a response as nuclei shows it to the part `header`: status line, framing headers, the others by name,
 * an empty line; CR LF, latin1.
 */
export const headText = (response: HttpResponse): string => {
  const reason = response.reason === "" ? (STATUS_CODES[response.status] ?? "") : response.reason;
  const pairs = headerPairs(response);
  const framing = new Set(["Content-Length", "Transfer-Encoding", "Trailer"]);
  const lines = [
    `${response.version} ${String(response.status).padStart(3, "0")} ${reason}`,
    ...pairs.filter(([name]) => framing.has(name)).map(([name, value]) => `${name}: ${value}`),
    ...pairs
      .filter(([name]) => !framing.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
};

/** What `content-length` says, or the length of the body where it says nothing. */
export const contentLength = (response: HttpResponse): number => {
  const said = response.decodedByClient ? "" : headerValue(response.headers, "content-length");
  return /^\d{1,15}$/.test(said) ? Number(said) : response.body.length;
};
