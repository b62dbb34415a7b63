import type { Clock } from "../../base/clock.ts";
import { eventBounds, type SecurityEvent } from "../../engines/events/index.ts";
import { RateGate } from "../access/rate-gate.ts";
import type { Refusals } from "../access/refusals.ts";
import { ControlError } from "../errors.ts";

/** Sources that are remembered; the one that was silent for longest is forgotten for a new one. */
const mostSources = 10_000;

/** How fast each source may report to this node. */
export class SourceRates {
  readonly #clock: Clock;
  readonly #perSecond: number | undefined;
  readonly #refusals: Refusals;
  /** The one that reported last is the last one. */
  readonly #gates = new Map<string, RateGate>();

  /** @param perSecond events of one source; undefined: no bound */
  constructor(perSecond: number | undefined, clock: Clock, refusals: Refusals) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#refusals = refusals;
  }

  /** @throws ControlError `too-fast`, with `ids.retryInMs`; then none of the events is to be stored */
  take(events: readonly SecurityEvent[]): void {
    const perSecond = this.#perSecond;
    if (perSecond === undefined) return;
    const counts = new Map<string, number>();
    for (const { source } of events) counts.set(source, (counts.get(source) ?? 0) + 1);
    for (const [source, count] of counts) {
      const retryInMs = Math.ceil(this.#gateOf(source, perSecond).take(count));
      if (retryInMs === 0) continue;
      this.#refusals.count("grpc", "too-fast");
      throw new ControlError(
        "too-fast",
        `${source} reports more than ${perSecond} events per second (respond.eventsPerSecond): try again in ${retryInMs} ms`,
        { retryable: true, ids: { source, retryInMs } },
      );
    }
  }

  #gateOf(source: string, perSecond: number): RateGate {
    const burst = Math.max(perSecond, eventBounds.batch);
    const gate = this.#gates.get(source) ?? new RateGate(this.#clock, perSecond, burst);
    this.#gates.delete(source);
    this.#gates.set(source, gate);
    const [oldest] = this.#gates.keys();
    if (this.#gates.size > mostSources && oldest !== undefined) this.#gates.delete(oldest);
    return gate;
  }
}
