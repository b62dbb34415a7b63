import type { Clock } from "../../base/clock.ts";
import type { WorkQueue } from "../../store/index.ts";
import { ControlError } from "../errors.ts";

/** The count is read anew after this long; many submitters share one read. */
const freshMs = 500;

/** Scans of a cluster that may wait. */
export const mostWaitingScans = 1_000_000;

/** Keeps a queue from growing without end. The bound is exact to what is added in half a second. */
export class QueueGate {
  readonly #queue: WorkQueue;
  readonly #name: string;
  readonly #mostWaiting: number;
  readonly #clock: Clock;
  #readAtMs = -Infinity;
  #waiting: Promise<number> = Promise.resolve(0);

  constructor(queue: WorkQueue, name: string, mostWaiting: number, clock: Clock) {
    this.#queue = queue;
    this.#name = name;
    this.#mostWaiting = mostWaiting;
    this.#clock = clock;
  }

  /** @throws ControlError `queue-full` */
  async pass(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#readAtMs >= freshMs) {
      this.#readAtMs = nowMs;
      this.#waiting = this.#read();
    }
    const waiting = await this.#waiting;
    if (waiting < this.#mostWaiting) return;
    throw new ControlError("queue-full", `${waiting} scans wait, which is as many as may: try again later`, {
      retryable: true,
    });
  }

  async #read(): Promise<number> {
    try {
      const { waiting, delayed, held } = await this.#queue.counts(this.#name);
      return waiting + delayed + held;
    } catch (error) {
      this.#readAtMs = -Infinity;
      throw error;
    }
  }
}
