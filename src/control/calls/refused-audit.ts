import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import type { AuditLog } from "./audit-log.ts";

const windowMs = 60_000;
const mostPerWindow = 120;

/**
 * Writes down changing calls that were turned away. Whoever has no token must not be able to fill the store: past 120 in a minute they
 * are only counted.
 */
export class RefusedAudit {
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #log: Logger;
  #windowStartMs = -Infinity;
  #written = 0;

  constructor(audit: AuditLog, clock: Clock, log: Logger) {
    this.#audit = audit;
    this.#clock = clock;
    this.#log = log;
  }

  /** Never rejects: the caller is turned away in any case. */
  async record(call: string, peer: string, outcome: string): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#windowStartMs = nowMs;
      this.#written = 0;
    }
    if (this.#written >= mostPerWindow) return;
    this.#written += 1;
    try {
      await this.#audit.record({ call, caller: "", peer, subject: "", outcome });
    } catch (error) {
      this.#log.error({ err: error, call, peer }, "a refused call could not be written to the audit log");
    }
  }
}
