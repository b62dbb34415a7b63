import { request, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import { ByteBuffer } from "../byte-buffer.ts";
import { within } from "../net/within.ts";

export interface HttpCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpCallBounds {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly withinMs: number;
  /** Bytes of the answer's body. */
  readonly maxBytes: number;
}

export interface HttpCallAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** There is more than was read. */
  readonly isCut: boolean;
}

const maxHeaderSize = 65_536;

/**
 * Sends one request over a connection that stands, and reads its answer. The connection is of no use after it.
 *
 * @throws Error of the connection, of the parser, or of the bounds
 */
export const callOver = (
  socket: Socket,
  { method, path, headers, body }: HttpCall,
  { clock, signal, withinMs, maxBytes }: HttpCallBounds,
): Promise<HttpCallAnswer> => {
  const send = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = { method, path, headers, maxHeaderSize, createConnection: () => socket };
      const call = request(options, resolve);
      call.on("error", reject);
      call.end(body);
    });
  const work = async (): Promise<HttpCallAnswer> => {
    const answer = await send();
    const bytes = new ByteBuffer();
    let isCut = false;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      isCut = !bytes.append(chunk, maxBytes);
      if (isCut) break;
    }
    return { status: answer.statusCode ?? 0, body: bytes.bytes(), isCut };
  };
  return within({ clock, signal, withinMs, what: `waiting for ${method} ${path.split("?", 1)[0] ?? ""}` }, work, () =>
    socket.destroy(),
  ).finally(() => socket.destroy());
};
