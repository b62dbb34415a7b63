import { headerValue, type RawResponse } from "./exchange.ts";
import type { HttpRequest } from "./http-request.ts";
import { parseWireUrl, type WireUrl } from "./target.ts";

/** A request on its way through redirects. */
export interface Hop {
  readonly method: string;
  readonly url: WireUrl;
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

export type RedirectStep =
  | { readonly step: "follow"; readonly hop: Hop }
  /** The response is the last one: it is no redirect, or policy or the number of redirects says to stay. */
  | { readonly step: "stay" }
  | { readonly step: "fail"; readonly message: string };

const stay: RedirectStep = { step: "stay" };
const followed = new Set([301, 302, 303, 307, 308]);
/** Not carried to another host. */
const privateHeaders = new Set(["authorization", "cookie", "cookie2", "www-authenticate", "proxy-authorization"]);
const bodyHeaders = new Set(["content-type", "content-encoding", "content-language"]);

/**
 * What comes after a response, as Go's client (nuclei's) does it: 307 and 308 repeat the request, the others go on
 * with GET (or HEAD); private headers stay behind when the host changes.
 *
 * @param count redirects followed so far
 */
export const nextHop = (request: HttpRequest, hop: Hop, response: RawResponse, count: number): RedirectStep => {
  if (request.redirects === "none" || !followed.has(response.status)) return stay;
  const location = headerValue(response.headers, "location");
  if (location === "") return stay;
  const url = resolveLocation(location, hop.url);
  if (url === undefined) {
    return { step: "fail", message: `redirect to ${location.slice(0, 200)}, which is no http URL` };
  }
  if (request.redirects === "same-host" && url.host !== request.url.host) return stay;
  if (count >= request.maxRedirects) return stay;
  const repeats = response.status === 307 || response.status === 308;
  const method = repeats || hop.method === "HEAD" ? hop.method : "GET";
  const sameHost = url.host === hop.url.host;
  const headers = keepHeaders(hop.headers, (name) => {
    if (name === "referer") return false;
    if (!repeats && bodyHeaders.has(name)) return false;
    return sameHost || !(privateHeaders.has(name) || name === "host");
  });
  const downgraded = hop.url.scheme === "https" && url.scheme === "http";
  return {
    step: "follow",
    hop: {
      method,
      url,
      headers: downgraded ? headers : [...headers, "Referer", hop.url.href],
      body: repeats ? hop.body : undefined,
    },
  };
};

const resolveLocation = (location: string, from: WireUrl): WireUrl | undefined => {
  // Header bytes above ASCII are most often UTF-8.
  const text = Buffer.from(location, "latin1").toString("utf8");
  const direct = parseWireUrl(text);
  if (direct !== undefined) return direct;
  return URL.canParse(text, from.href) ? parseWireUrl(new URL(text, from.href).href) : undefined;
};

const keepHeaders = (headers: readonly string[], keep: (lowerName: string) => boolean): readonly string[] => {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    if (keep(name.toLowerCase())) kept.push(name, headers[at + 1] ?? "");
  }
  return kept;
};
