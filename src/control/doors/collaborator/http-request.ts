import type { IncomingMessage } from "node:http";

/** A request that has come in whole. */
export interface HttpContact {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** Without the port. */
  readonly host: string;
  /** As on the wire, as far as the parser of the head tells; the body only as far as it is kept. */
  readonly raw: string;
  readonly body: string;
  /** The body is longer than what is kept of it. */
  readonly isCut: boolean;
  readonly remoteAddress: string;
}

const mostReadBytes = 1_048_576;

/** Reads a request to its end, which the server's own deadline bounds. Undefined when it breaks off. */
export const readContact = async (request: IncomingMessage, maxBytes: number): Promise<HttpContact | undefined> => {
  const { method = "", url = "", headers, httpVersion, rawHeaders, socket } = request;
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      parts.push(part.subarray(0, Math.max(0, maxBytes - (length - part.length))));
      // The contact counts all the same; whoever sends that much gets no answer.
      if (length > mostReadBytes) break;
    }
  } catch {
    return undefined;
  }
  const body = Buffer.concat(parts).toString("utf8");
  const lines = Array.from({ length: rawHeaders.length / 2 }, (_, at) => headerLine(rawHeaders, at * 2));
  return {
    method,
    target: url,
    host: (headers.host ?? "").replace(/:\d*$/, ""),
    raw: `${method} ${url} HTTP/${httpVersion}\r\n${lines.join("")}\r\n${body}`,
    body,
    isCut: length > maxBytes,
    remoteAddress: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
  };
};

const headerLine = (rawHeaders: readonly string[], at: number): string =>
  `${rawHeaders[at] ?? ""}: ${rawHeaders[at + 1] ?? ""}\r\n`;
