import type { IncomingMessage } from "node:http";
import { DoorRefusal } from "./door-answer.ts";
import { eventsDoorLimits } from "./limits.ts";

const tooLarge = (): DoorRefusal =>
  new DoorRefusal(
    413,
    "too-large",
    `a body has at most ${eventsDoorLimits.bodyBytes} bytes: send fewer events at once`,
  );

/** Reads bodies, which together are bounded: nobody has shown who it is before its body is there. */
export class BodyReader {
  #bytes = 0;

  /**
   * Runs `use` with the body in memory, which counts until that has ended.
   *
   * @throws DoorRefusal, also when the request breaks off
   */
  async read<Result>(request: IncomingMessage, use: (body: Buffer) => Promise<Result>): Promise<Result> {
    if (Number(request.headers["content-length"] ?? 0) > eventsDoorLimits.bodyBytes) throw tooLarge();
    const body = { bytes: 0 };
    try {
      return await use(await this.#whole(request, body));
    } finally {
      this.#bytes -= body.bytes;
    }
  }

  async #whole(request: IncomingMessage, body: { bytes: number }): Promise<Buffer> {
    const parts: Buffer[] = [];
    try {
      // Who is refused on the way is answered: the request stays open for that.
      for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        body.bytes += part.length;
        this.#bytes += part.length;
        if (body.bytes > eventsDoorLimits.bodyBytes) throw tooLarge();
        if (this.#bytes > eventsDoorLimits.allBodyBytes) throw busy();
        parts.push(part);
      }
    } catch (error) {
      throw error instanceof DoorRefusal ? error : new DoorRefusal(400, "broken", "the request broke off");
    }
    return Buffer.concat(parts);
  }
}

const busy = (): DoorRefusal =>
  new DoorRefusal(503, "busy", "too much is being sent at once: send this again", { retryInMs: 1_000 });
