import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import { statusName } from "../../wire/index.ts";
import { isChanging } from "../access/call-needs.ts";
import type { TurnedAway } from "../access/judge-call.ts";
import type { AuditLog } from "./audit-log.ts";
import { auditedOrigin } from "./audited-origin.ts";

const windowMs = 60_000;
const mostPerWindow = 120;

export interface RefusedCallsSetup {
  readonly audit: Pick<AuditLog, "record">;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Writes down calls that were turned away: each in the log, and in the audit log what would have changed something. Whoever has no token
 * must not be able to fill the store: past 120 in a minute they are only counted. Callers that are known have 120 of their own.
 */
export class RefusedCalls {
  readonly #setup: RefusedCallsSetup;
  readonly #known = new Window();
  readonly #unknown = new Window();

  constructor(setup: RefusedCallsSetup) {
    this.#setup = setup;
  }

  /** Never rejects: the caller is turned away in any case. */
  async record(call: string, peer: string, away: TurnedAway): Promise<void> {
    const { audit, clock, log } = this.#setup;
    const window = away.origin === undefined ? this.#unknown : this.#known;
    if (!window.admits(clock.monotonicMs())) return;
    const { reason, message, origin } = away;
    log.warn(
      { call, peer, caller: origin?.caller?.name, through: origin?.through, reason },
      `a call was refused: ${message}`,
    );
    if (!isChanging(call)) return;
    try {
      await audit.record({ call, peer, subject: "", outcome: statusName(away.code), ...auditedOrigin(origin) });
    } catch (error) {
      log.error({ err: error, call, peer }, "a refused call could not be written to the audit log");
    }
  }
}

/** Admits so many in each minute. */
class Window {
  #startMs = -Infinity;
  #admitted = 0;

  admits(nowMs: number): boolean {
    if (nowMs - this.#startMs >= windowMs) {
      this.#startMs = nowMs;
      this.#admitted = 0;
    }
    if (this.#admitted >= mostPerWindow) return false;
    this.#admitted += 1;
    return true;
  }
}
