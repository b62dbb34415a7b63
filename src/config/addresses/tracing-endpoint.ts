import { isLoopback } from "./store-url.ts";

const tracesPath = "/v1/traces";

/**
 * Reads `tracing.endpoint`: an `https:` URL, or an `http:` one of this machine; without a path, `/v1/traces` is meant. A string says what
 * is wrong.
 */
export const parseTracingEndpoint = (text: string): URL | string => {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return "no receiver of OTLP/HTTP: use a URL such as http://127.0.0.1:4318";
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return "it names a user or a password, which everyone could read: use tracing.headersFile";
  }
  if (url.search !== "" || url.hash !== "")
    return "it has a query or a fragment: put what is secret into tracing.headersFile";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (url.protocol === "http:" && !isLoopback({ host })) {
    return "what is sent to another machine can be read on the way: use https://, or a collector on this machine";
  }
  if (url.pathname === "/") url.pathname = tracesPath;
  return url;
};
