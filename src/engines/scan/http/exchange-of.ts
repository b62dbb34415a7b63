import type { Exchange } from "../run/exchange.ts";
import type { ScanTarget } from "../target/target.ts";
import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";
import { HttpData } from "./data.ts";
import type { ResponseHistory } from "./history.ts";
import type { HttpRequest } from "./http-request.ts";
import { curlCommand, requestText } from "./request-text.ts";
import { printed } from "../value/printed.ts";
import { headText, type HttpResponse } from "./response.ts";

export interface ExchangeSetup {
  readonly target: ScanTarget;
  readonly request: HttpRequest;
  readonly scope: Scope;
  /** Undefined: there was none, and the request waits for out-of-band interactions. */
  readonly response: HttpResponse | undefined;
  /** How many redirects led to the response. */
  readonly redirects: number;
  /** The request as it stands in the template. */
  readonly source: string;
  readonly payloads: Readonly<Record<string, Value>>;
  /** Which of several extracted values the request was made with, from 0. */
  readonly iteration: number;
  readonly oobUrls: readonly string[];
  readonly oobValues: ReadonlyMap<string, Value>;
  readonly history: ResponseHistory;
}

/** A request and its response, or one of the redirects before it, ready to be judged. */
export const exchangeOf = (setup: ExchangeSetup): Exchange => {
  const { target, request, scope, response, payloads, oobUrls, oobValues, history } = setup;
  const site = target.url ?? request.url;
  const [targetPath = "/"] = site.path.split("?", 1);
  const { scheme, hostname, port } = request.url;
  const named = Object.entries(payloads);
  const extras = named.length === 0 ? oobValues : new Map([...oobValues, ...named]);
  return {
    data: new HttpData({ target: target.text, request, response, extras, history }),
    scope,
    place: {
      type: "http",
      host: site.host,
      port: String(site.port),
      scheme: site.scheme,
      url: site.href,
      path: targetPath,
      matchedAt: (response?.url ?? request.url).href,
      ip: response?.ip,
    },
    request: (maxBytes) => requestText(request).slice(0, maxBytes),
    response: (maxBytes) => (response === undefined ? "" : responseText(response, maxBytes)),
    curl: request.raw === undefined ? (maxChars) => curlCommand(request).slice(0, maxChars) : undefined,
    payloads,
    // The path as the template has it: values that it is made from may be random.
    identity: [
      request.method,
      scheme,
      `${hostname}:${port}`,
      site.path,
      setup.source,
      setup.redirects,
      setup.iteration,
      ...named.flatMap(([name, value]) => [name, printed(value)]),
    ],
    responseBytes: response?.body.length ?? 0,
    oobUrls,
  };
};

const responseText = (response: HttpResponse, maxBytes: number): string => {
  const head = headText(response).slice(0, maxBytes);
  return head + response.body.toString("latin1", 0, Math.max(maxBytes - head.length, 0));
};
