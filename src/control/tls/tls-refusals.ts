import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import type { Door, RefusalReason, Refusals } from "../access/refusals.ts";

const quietMs = 10_000;

/** Counts connections that TLS turns away, and logs each reason at most once in ten seconds: a peer that tries on would fill the log. */
export class TlsRefusals {
  readonly #door: Door;
  readonly #refusals: Refusals;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #loggedMs = new Map<RefusalReason, number>();

  constructor(door: Door, refusals: Refusals, clock: Clock, log: Logger) {
    this.#door = door;
    this.#refusals = refusals;
    this.#clock = clock;
    this.#log = log;
  }

  /** @param from address of the peer; undefined: it has gone already */
  count(reason: RefusalReason, from: string | undefined, problem: string): void {
    this.#refusals.count(this.#door, reason);
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - (this.#loggedMs.get(reason) ?? -Infinity) < quietMs) return;
    this.#loggedMs.set(reason, nowMs);
    this.#log.warn({ door: this.#door, reason, from, problem }, "a connection was refused");
  }
}
