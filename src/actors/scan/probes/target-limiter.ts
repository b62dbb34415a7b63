import type { Clock } from "../../../base/clock.ts";
import { StoreError, type Limits, type LimitSlot, type Reservation } from "../../../store/index.ts";

const slotsPerCall = 10;
/** Targets whose unused slots are remembered. Beyond that all are forgotten: the slots go unused, which is no harm. */
const mostTargets = 10_000;
/** Pause before a store that did not answer is asked again. */
const retryMs = 250;

/** Hands out the slots of the store's limit per target to the probes of one node, in order of asking. */
export class TargetLimiter {
  readonly #limits: Limits;
  readonly #perSecond: number | undefined;
  readonly #clock: Clock;
  readonly #slots = new Map<string, LimitSlot[]>();
  /** The tail of the line of each target. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(limits: Limits, perSecond: number | undefined, clock: Clock) {
    this.#limits = limits;
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Resolves when one request to the target may be sent. A store that does not answer is waited for. Rejects when the signal aborts. */
  take(target: string, signal: AbortSignal): Promise<void> {
    if (this.#perSecond === undefined) return Promise.resolve();
    const key = `target/${new URL(target).host}`;
    const before = this.#lines.get(key) ?? Promise.resolve();
    const turn = before.then(() => this.#next(key, this.#perSecond ?? 0, signal));
    const line = turn.catch(() => undefined);
    this.#lines.set(key, line);
    void line.then(() => {
      if (this.#lines.get(key) === line) this.#lines.delete(key);
    });
    return turn;
  }

  async #next(key: string, perSecond: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const slot = this.#slots.get(key)?.shift();
      if (slot === undefined) await this.#reserve(key, perSecond, signal);
      else if (this.#clock.monotonicMs() <= slot.notAfterMs) {
        await this.#pause(slot.notBeforeMs - this.#clock.monotonicMs(), signal);
        if (this.#clock.monotonicMs() <= slot.notAfterMs) return;
      }
    }
  }

  async #reserve(key: string, perSecond: number, signal: AbortSignal): Promise<void> {
    const reservation = await this.#ask(key, perSecond);
    if (!reservation.granted) {
      await this.#pause(reservation.retryInMs, signal);
      return;
    }
    if (this.#slots.size >= mostTargets) this.#slots.clear();
    this.#slots.set(key, [...reservation.slots]);
  }

  async #ask(key: string, perSecond: number): Promise<Reservation> {
    try {
      return await this.#limits.reserve(key, { n: slotsPerCall, perSecond });
    } catch (error) {
      if (error instanceof StoreError && error.retryable) return { granted: false, retryInMs: retryMs };
      throw error;
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(ms, () => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
      const abort = (): void => {
        timer.cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", abort, { once: true });
    });
  }
}
