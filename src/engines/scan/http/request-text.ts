import { textOf } from "../value/value.ts";
import type { HttpRequest } from "./http-request.ts";

/** Names and values of a request as it is sent, in order. */
const sentHeaders = (request: HttpRequest): readonly (readonly [name: string, value: string])[] => {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < request.headers.length; at += 2) {
    pairs.push([request.headers[at] ?? "", request.headers[at + 1] ?? ""]);
  }
  const first = (name: string): [string, string] | undefined => pairs.find(([each]) => each.toLowerCase() === name);
  const host = first("host");
  return [
    ["Host", host?.[1] ?? request.url.host],
    ...(first("connection") === undefined ? ([["Connection", "keep-alive"]] as [string, string][]) : []),
    ...pairs.filter((pair) => pair !== host),
    ...(request.body === undefined || first("content-length") !== undefined
      ? []
      : ([["Content-Length", String(request.body.length)]] as [string, string][])),
  ];
};

/** The request as a byte string: nuclei's part and result key `request`. */
export const requestText = (request: HttpRequest): string =>
  request.raw ??
  [
    `${request.method} ${request.url.path} HTTP/1.1`,
    ...sentHeaders(request).map(([name, value]) => `${name}: ${value}`),
    "",
    request.body ?? "",
  ].join("\r\n");

const quoted = (bytes: string): string => `'${textOf(bytes).replaceAll("'", "'\\''")}'`;

/** A command line that sends the request again: nuclei's result key `curl-command`. */
export const curlCommand = (request: HttpRequest): string => {
  const left = new Set(["connection", "content-length"]);
  const headers = sentHeaders(request).filter(
    ([name, value]) => !left.has(name.toLowerCase()) && !(name === "Host" && value === request.url.host),
  );
  return [
    "curl",
    ...(request.url.scheme === "https" ? ["-k"] : []),
    // curl would otherwise tidy up the dots that a template means.
    "--path-as-is",
    "-X",
    quoted(request.method),
    ...(request.body === undefined ? [] : ["--data-binary", quoted(request.body)]),
    ...headers.flatMap(([name, value]) => ["-H", quoted(`${name}: ${value}`)]),
    quoted(request.url.href),
  ].join(" ");
};
