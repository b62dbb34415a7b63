import type { Clock, Timer } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import type { Call } from "./check-server.ts";

const everyMs = 5_000;

/** Reads the server's clock, in milliseconds. */
export type ReadTime = () => Promise<number>;

/**
 * The server's clock seen from here. An instant of it is never placed earlier on the holder's clock than it is, as far
 * as the readings tell: each gives bounds for the difference of the two clocks, and the lowest difference counts until
 * a reading shows that the server's clock has gone back.
 */
export class StoreClock {
  readonly #clock: Clock;
  readonly #read: ReadTime;
  #aheadMs: number | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, read: ReadTime) {
    this.#clock = clock;
    this.#read = read;
  }

  /** Takes one reading. Rejects as reading does. */
  async sample(): Promise<void> {
    const sentMs = this.#clock.monotonicMs();
    const serverMs = await this.#read();
    // The server looked at its clock between these two.
    const [least, most] = [serverMs - this.#clock.monotonicMs(), serverMs - sentMs];
    const known = this.#aheadMs ?? least;
    this.#aheadMs = most < known ? least : Math.max(known, least);
  }

  /** Takes readings until `close`. */
  follow(): void {
    this.#timer = this.#clock.after(
      everyMs,
      () => {
        const again = (): void => {
          if (!this.#closed) this.follow();
        };
        this.sample().then(again, again);
      },
      true,
    );
  }

  toHolderMs(storeMs: number): number {
    return storeMs - (this.#aheadMs ?? 0);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }
}

/** The clock of the server, which the functions read as well. */
export const serverTime =
  (call: Call): ReadTime =>
  async () => {
    const reply = await call(["TIME"]);
    const [seconds, micros] = Array.isArray(reply) ? reply.map(Number) : [];
    const ms = (seconds ?? Number.NaN) * 1_000 + (micros ?? Number.NaN) / 1_000;
    if (Number.isFinite(ms)) return ms;
    throw new StoreError("internal", "the server does not tell the time");
  };
