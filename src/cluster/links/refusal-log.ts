import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import type { LinkRefusal } from "./refusal.ts";

const everyMs = 10_000;

/** Says in the log why others were refused: each reason at most once in ten seconds, so that nobody fills the log from outside. */
export class RefusalLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #saidMs = new Map<LinkRefusal, number>();
  readonly #unsaid = new Map<LinkRefusal, number>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  note(reason: LinkRefusal, facts: Readonly<Record<string, unknown>>): void {
    const nowMs = this.#clock.monotonicMs();
    const saidMs = this.#saidMs.get(reason);
    const unsaid = this.#unsaid.get(reason) ?? 0;
    if (saidMs !== undefined && nowMs - saidMs < everyMs) {
      this.#unsaid.set(reason, unsaid + 1);
      return;
    }
    this.#saidMs.set(reason, nowMs);
    this.#unsaid.delete(reason);
    this.#log.warn({ ...facts, reason, refusedBefore: unsaid }, "the link of a node was refused");
  }
}
