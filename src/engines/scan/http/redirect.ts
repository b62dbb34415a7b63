import { headerValue } from "./http1/response-head.ts";
import type { RawResponse } from "./http1/response-reader.ts";
import type { HttpRequest } from "./http-request.ts";
import { parseWireUrl, type WireUrl } from "./target.ts";

/** A request on its way through redirects and a login. */
export interface Hop {
  readonly method: string;
  readonly url: WireUrl;
  readonly headers: readonly string[];
  readonly body: string | undefined;
  readonly raw: string | undefined;
  readonly connectTo: WireUrl | undefined;
  readonly sni: string | undefined;
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
const bodyHeaders = new Set([
  "content-type",
  "content-encoding",
  "content-language",
  "content-length",
  "transfer-encoding",
]);
const absoluteUrl = /^[a-z][a-z0-9+.-]*:|^\/\//i;

/**
 * What comes after a response, as Go's client (nuclei's) does it: 307 and 308 repeat the request, the others go on
 * with GET (or HEAD); private headers stay behind when the host changes, a Host header when the location is absolute.
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
  if (!permits(request, url)) return stay;
  if (count >= request.maxRedirects) return stay;
  const repeats = response.status === 307 || response.status === 308;
  const method = repeats || hop.method === "HEAD" ? hop.method : "GET";
  const sameHost = url.host === hop.url.host;
  const headers = keepHeaders(hop.headers, (name) => {
    if (name === "referer") return false;
    if (!repeats && bodyHeaders.has(name)) return false;
    if (name === "host") return sameHost && !absoluteUrl.test(location);
    return sameHost || !privateHeaders.has(name);
  });
  const downgraded = hop.url.scheme === "https" && url.scheme === "http";
  return {
    step: "follow",
    hop: {
      method,
      url,
      headers: downgraded ? headers : [...headers, "Referer", hop.url.href],
      body: repeats ? hop.body : undefined,
      // What the response leads to is a request by the rules, whatever led to the response.
      raw: undefined,
      connectTo: sameHost ? hop.connectTo : undefined,
      sni: sameHost ? hop.sni : undefined,
    },
  };
};

const permits = ({ redirects, url: first }: HttpRequest, url: WireUrl): boolean => {
  switch (redirects) {
    case "none":
      return false;
    case "same-host":
      return url.host === first.host;
    case "same-protocol":
      return url.scheme === first.scheme;
    case "same-origin":
      return url.origin === first.origin;
    case "all":
      return true;
  }
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
