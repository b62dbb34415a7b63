import type { IncomingMessage } from "node:http";
import { DoorRefusal } from "./door-answer.ts";
import { eventsDoorLimits } from "./limits.ts";

const tooLarge = (): DoorRefusal =>
  new DoorRefusal(
    413,
    "too-large",
    `a body has at most ${eventsDoorLimits.bodyBytes} bytes: send fewer events at once`,
  );

interface Body {
  readonly request: IncomingMessage;
  bytes: number;
}

/**
 * Reads bodies, which together are bounded: nobody has shown who it is before its body is there. Where there is no room the body that
 * has been unfinished for longest makes some, so that who sends much and ends nothing keeps nobody out.
 */
export class BodyReader {
  readonly #onEnded: () => void;
  /** Those that are not all there, the oldest first. */
  readonly #unfinished = new Set<Body>();
  #bytes = 0;

  /** @param onEnded told of each request that was ended for another one */
  constructor(onEnded: () => void) {
    this.#onEnded = onEnded;
  }

  /**
   * Runs `use` with the body in memory, which counts until that has ended.
   *
   * @throws DoorRefusal, also when the request breaks off
   */
  async read<Result>(request: IncomingMessage, use: (body: Buffer) => Promise<Result>): Promise<Result> {
    if (Number(request.headers["content-length"] ?? 0) > eventsDoorLimits.bodyBytes) throw tooLarge();
    const body: Body = { request, bytes: 0 };
    this.#unfinished.add(body);
    try {
      const whole = await this.#whole(body);
      this.#unfinished.delete(body);
      return await use(whole);
    } finally {
      this.#unfinished.delete(body);
      this.#bytes -= body.bytes;
    }
  }

  async #whole(body: Body): Promise<Buffer> {
    const parts: Buffer[] = [];
    try {
      // Who is refused on the way is answered: the request stays open for that.
      for await (const part of body.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        body.bytes += part.length;
        this.#bytes += part.length;
        if (body.bytes > eventsDoorLimits.bodyBytes) throw tooLarge();
        this.#makeRoom(body);
        parts.push(part);
      }
    } catch (error) {
      throw error instanceof DoorRefusal ? error : new DoorRefusal(400, "broken", "the request broke off");
    }
    return Buffer.concat(parts);
  }

  /** @throws DoorRefusal when all others are there, or younger */
  #makeRoom(body: Body): void {
    while (this.#bytes > eventsDoorLimits.allBodyBytes) {
      const [oldest] = this.#unfinished;
      if (oldest === undefined || oldest === body) throw busy();
      this.#unfinished.delete(oldest);
      this.#bytes -= oldest.bytes;
      oldest.bytes = 0;
      oldest.request.destroy();
      this.#onEnded();
    }
  }
}

const busy = (): DoorRefusal =>
  new DoorRefusal(503, "busy", "too much is being sent at once: send this again", { retryInMs: 1_000 });
