import { FailureError } from "../failure.ts";
import type { WireUrl } from "../target.ts";

/** What of a request stands in its head and body. */
export interface RequestMessage {
  readonly method: string;
  readonly url: WireUrl;
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const notInValue = /[\0\r\n]/;
const methodsWithBody = new Set(["POST", "PUT", "PATCH"]);

/**
 * The request as it goes on the wire, a byte string. Host comes first when the headers do not name it, Content-Length
 * last when there is a body, or the method means one, and they name neither it nor a transfer encoding.
 *
 * @param absoluteForm the whole URL stands in the first line: the other side is a proxy
 * @throws FailureError `protocol` for a method, a header name or a value that would break the head
 */
export const requestBytes = (message: RequestMessage, absoluteForm: boolean): string => {
  const { method, url, headers, body } = message;
  if (!token.test(method)) throw new FailureError("protocol", `"${method.slice(0, 100)}" is no method`);
  const { fields, hasHost, hasLength } = shared.get(headers) ?? writtenFields(headers);
  const target = absoluteForm ? `${url.origin}${url.path}` : url.path;
  const host = hasHost ? "" : `Host: ${url.host}\r\n`;
  const length =
    hasLength || (body === undefined && !methodsWithBody.has(method)) ? "" : `Content-Length: ${body?.length ?? 0}\r\n`;
  return `${method} ${target} HTTP/1.1\r\n${host}${fields}${length}\r\n${body ?? ""}`;
};

interface Fields {
  readonly fields: string;
  readonly hasHost: boolean;
  readonly hasLength: boolean;
}

/** By their lists. */
const shared = new WeakMap<readonly string[], Fields>();

/**
 * Headers that many requests will have in common, as one list, are written once and not for each.
 *
 * @throws FailureError `protocol`
 */
export const shareHeaders = (headers: readonly string[]): void => {
  shared.set(headers, writtenFields(headers));
};

const writtenFields = (headers: readonly string[]): Fields => {
  let fields = "";
  let hasHost = false;
  let hasLength = false;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    if (!token.test(name) || notInValue.test(value)) {
      throw new FailureError(
        "protocol",
        `header "${name.slice(0, 100)}" cannot be sent: its name or value is malformed`,
      );
    }
    const lower = name.toLowerCase();
    hasHost ||= lower === "host";
    hasLength ||= lower === "content-length" || lower === "transfer-encoding";
    fields += `${name}: ${value}\r\n`;
  }
  return { fields, hasHost, hasLength };
};
