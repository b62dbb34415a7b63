import { createHash } from "node:crypto";
import type { Clock } from "../../../base/clock.ts";
import { StoreError, type LimitRequest, type Limits, type LimitSlot, type Reservation } from "../../../store/index.ts";
import type { ScanOptions } from "../spec.ts";
import { pause } from "./pause.ts";

/** Limits of requests to one target, over all probes and nodes; `undefined`: there is none. */
export interface TargetLimits {
  readonly perSecond: number | undefined;
  readonly concurrent: number | undefined;
}

/** The right to send one request now. */
export interface Admitted {
  /** The request has ended: with a limit on concurrency another may be sent. */
  release(): Promise<void>;
}

const slotsPerCall = 10;
/** Targets whose unused slots are remembered. Beyond that all are forgotten: the slots go unused, which is no harm. */
const mostTargets = 10_000;
/** Pause before a store that did not answer is asked again. */
const retryMs = 250;
/** A grant whose holder is gone comes free after this, or after what the scan allows a request and some more. */
const grantMs = 60_000;
const grantBeyondMs = 10_000;
const longestHost = 150;

const unlimited: Admitted = { release: () => Promise.resolve() };

/** The key of a target's limits. Names of hosts can be longer than keys. */
const keyOf = (target: string): string => {
  const host = /^https?:/i.test(target) ? new URL(target).host : target;
  return `target/${host.length <= longestHost ? host : createHash("sha256").update(host).digest("hex")}`;
};

/** Hands out the slots of the store's limits per target to the probes of one node, in order of asking. */
export class TargetLimiter {
  readonly #limits: Limits;
  readonly #own: TargetLimits;
  readonly #clock: Clock;
  /** Reserved and not used yet, by target and rate. */
  readonly #slots = new Map<string, LimitSlot[]>();
  /** The tail of each line. */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(limits: Limits, own: TargetLimits, clock: Clock) {
    this.#limits = limits;
    this.#own = own;
    this.#clock = clock;
  }

  /** Whether a scan with these options has to ask before its requests. */
  limits(options: Pick<ScanOptions, "rateLimit">): boolean {
    return this.#rate(options) !== Infinity || this.#own.concurrent !== undefined;
  }

  /**
   * Resolves when one request to the target may be sent. A store that does not answer is waited for. Rejects when the signal aborts.
   * @param options those of the scan: the smaller of its own rate and the node's holds
   */
  take(target: string, options: Pick<ScanOptions, "rateLimit" | "timeoutMs">, signal: AbortSignal): Promise<Admitted> {
    if (!this.limits(options)) return Promise.resolve(unlimited);
    const { concurrent } = this.#own;
    const rate = this.#rate(options);
    const request: LimitRequest = {
      // A grant is not kept for later: others wait for it.
      n: concurrent === undefined ? slotsPerCall : 1,
      ...(rate === Infinity ? {} : { perSecond: rate }),
      ...(concurrent === undefined
        ? {}
        : { concurrent, leaseMs: Math.max(grantMs, (options.timeoutMs ?? 0) + grantBeyondMs) }),
    };
    const key = keyOf(target);
    const name = `${key} ${rate}`;
    const before = this.#lines.get(name) ?? Promise.resolve();
    const turn = before.then(() => this.#next(key, name, request, signal));
    const line = turn.catch(() => undefined);
    this.#lines.set(name, line);
    void line.then(() => {
      if (this.#lines.get(name) === line) this.#lines.delete(name);
    });
    return turn;
  }

  #rate({ rateLimit }: Pick<ScanOptions, "rateLimit">): number {
    return Math.min(this.#own.perSecond ?? Infinity, rateLimit ?? Infinity);
  }

  async #next(key: string, name: string, request: LimitRequest, signal: AbortSignal): Promise<Admitted> {
    for (;;) {
      signal.throwIfAborted();
      const slot = this.#slots.get(name)?.shift();
      if (slot === undefined) {
        await this.#reserve(key, name, request, signal);
        continue;
      }
      const admitted = this.#admitted(key, slot, request);
      try {
        await pause(this.#clock, slot.notBeforeMs - this.#clock.monotonicMs(), signal);
      } catch (aborted) {
        await admitted.release();
        throw aborted;
      }
      if (this.#clock.monotonicMs() <= slot.notAfterMs) return admitted;
      await admitted.release();
    }
  }

  async #reserve(key: string, name: string, request: LimitRequest, signal: AbortSignal): Promise<void> {
    const reservation = await this.#ask(key, request);
    if (!reservation.granted) {
      await pause(this.#clock, reservation.retryInMs, signal);
      return;
    }
    if (this.#slots.size >= mostTargets) this.#slots.clear();
    this.#slots.set(name, [...reservation.slots]);
  }

  async #ask(key: string, request: LimitRequest): Promise<Reservation> {
    try {
      return await this.#limits.reserve(key, request);
    } catch (error) {
      if (error instanceof StoreError && error.retryable) return { granted: false, retryInMs: retryMs };
      throw error;
    }
  }

  #admitted(key: string, slot: LimitSlot, { concurrent }: LimitRequest): Admitted {
    if (concurrent === undefined) return unlimited;
    return {
      release: async () => {
        try {
          await this.#limits.release(key, [slot.id]);
        } catch (error) {
          // The grant falls due by itself.
          if (!(error instanceof StoreError)) throw error;
        }
      },
    };
  }
}
