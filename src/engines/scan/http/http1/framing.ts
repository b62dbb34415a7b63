import { FailureError } from "../failure.ts";
import { headerValue, headerValues, type ResponseHead } from "./response-head.ts";

/** How the end of a body is told, and whether the connection may be used again after it. */
export interface Framing {
  /** Bytes of the body; undefined: `chunked`, or until the connection is closed. */
  readonly length: number | undefined;
  readonly isChunked: boolean;
  readonly keepsAlive: boolean;
}

const digits = /^\d{1,15}$/;

/**
 * How a final response is framed (RFC 9112, section 6). What could be read in two ways is an error, or at least ends
 * the connection, so that no response is ever taken for that of another request. Tolerant: what cannot be understood
 * is as if it were not there.
 *
 * @throws FailureError `protocol`
 */
export const framingOf = (head: ResponseHead, method: string, isTolerant: boolean): Framing => {
  const { version, status, headers } = head;
  const isCurrent = version === "HTTP/1.1";
  const connection = headerValue(headers, "connection").toLowerCase();
  const keepsAlive = isCurrent ? !hasToken(connection, "close") : hasToken(connection, "keep-alive");
  if (method === "HEAD" || status === 204 || status === 304) return { length: 0, isChunked: false, keepsAlive };
  // What follows speaks another protocol.
  if (status === 101) return { length: 0, isChunked: false, keepsAlive: false };
  const lengths = headerValues(headers, "content-length");
  const encoding = headerValue(headers, "transfer-encoding").toLowerCase();
  if (encoding !== "" && version !== "HTTP/1.0") {
    if (encoding === "chunked")
      return { length: undefined, isChunked: true, keepsAlive: keepsAlive && lengths.length === 0 };
    if (!isTolerant)
      throw new FailureError("protocol", `transfer encoding "${encoding.slice(0, 100)}" is not understood`);
  }
  const length = contentLength(lengths, isTolerant);
  return { length, isChunked: false, keepsAlive: keepsAlive && length !== undefined };
};

const contentLength = (values: readonly string[], isTolerant: boolean): number | undefined => {
  const [first] = values;
  if (first === undefined) return undefined;
  if (isTolerant) {
    const usable = values.find((value) => digits.test(value));
    return usable === undefined ? undefined : Number(usable);
  }
  if (!digits.test(first) || values.some((value) => value !== first)) {
    throw new FailureError("protocol", `content-length "${values.join(", ").slice(0, 100)}" is not one number`);
  }
  return Number(first);
};

const hasToken = (list: string, token: string): boolean =>
  list === token || (list.includes(token) && list.split(",").some((entry) => entry.trim() === token));
