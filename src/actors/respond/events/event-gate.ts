import type { Clock } from "../../../base/clock.ts";
import type { WorkQueue } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import { eventQueue } from "../work.ts";

/** The count is read anew after this long; between reads, what this node adds is counted here. */
const freshMs = 500;
const retryInMs = 1_000;

/** Keeps the queue of events from growing without end. The bound is exact to what other nodes add in half a second. */
export class EventGate {
  readonly #queue: WorkQueue;
  readonly #mostWaiting: number;
  readonly #clock: Clock;
  #readAtMs = -Infinity;
  #waiting: Promise<number> = Promise.resolve(0);
  #added = 0;

  constructor(queue: WorkQueue, mostWaiting: number, clock: Clock) {
    this.#queue = queue;
    this.#mostWaiting = mostWaiting;
    this.#clock = clock;
  }

  /**
   * @param events that are to be added next
   * @throws RespondError `queue-full`
   */
  async pass(events: number): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#readAtMs >= freshMs) {
      this.#readAtMs = nowMs;
      this.#added = 0;
      this.#waiting = this.#read();
    }
    const waiting = (await this.#waiting) + this.#added;
    if (waiting + events > this.#mostWaiting) {
      throw new RespondError(
        "queue-full",
        `${waiting} events wait, and ${this.#mostWaiting} may: report this again in ${retryInMs} ms`,
        { retryable: true, ids: { waiting, retryInMs } },
      );
    }
    this.#added += events;
  }

  async #read(): Promise<number> {
    try {
      const { waiting, delayed, held } = await this.#queue.counts(eventQueue);
      return waiting + delayed + held;
    } catch (error) {
      this.#readAtMs = -Infinity;
      throw error;
    }
  }
}
