import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import { statusName, type Method } from "../../wire/index.ts";
import type { AuditLog } from "./audit-log.ts";
import { auditedOrigin } from "./audited-origin.ts";
import type { OpenCall } from "./call.ts";
import { callFailure, type CallFailure } from "./call-failure.ts";

/** Told of every call that was answered. `outcome` is `OK` or gRPC's name of the status. */
export type CallStatistics = (call: string, outcome: string, ms: number) => void;

export interface CallObserverSetup {
  readonly audit: AuditLog;
  readonly log: Logger;
  readonly clock: Clock;
  readonly statistics: CallStatistics;
}

/** Notes how calls end: in the statistics, in the log what is this node's to look into, in the audit log what changes something. */
export class CallObserver {
  readonly #setup: CallObserverSetup;

  constructor(setup: CallObserverSetup) {
    this.#setup = setup;
  }

  /**
   * Before the answer goes out. A change that cannot be written down is answered as a failure: the caller repeats it.
   * @param failure `undefined`: it was done
   */
  async ended(
    method: Pick<Method<unknown, unknown>, "path" | "changes">,
    call: OpenCall,
    startedMs: number,
    failure: CallFailure | undefined,
  ): Promise<CallFailure | undefined> {
    const final = method.changes && !call.elsewhere ? await this.#audited(method.path, call, failure) : failure;
    const { clock, log, statistics } = this.#setup;
    statistics(method.path, outcomeOf(final), clock.monotonicMs() - startedMs);
    if (final?.defect !== undefined) {
      log.error({ err: final.defect, call: method.path, subject: call.subject }, "a call failed");
    }
    return final;
  }

  async #audited(path: string, call: OpenCall, failure: CallFailure | undefined): Promise<CallFailure | undefined> {
    const outcome = failure === undefined ? "ok" : outcomeOf(failure);
    try {
      await this.#setup.audit.record({
        call: path,
        ...auditedOrigin(call.origin),
        peer: call.peer,
        subject: call.subject,
        outcome,
      });
      return failure;
    } catch (error) {
      const { peer, subject } = call;
      this.#setup.log.error({ err: error, call: path, peer, subject, outcome }, "a call is missing in the audit log");
      return failure ?? callFailure(error);
    }
  }
}

const outcomeOf = (failure: CallFailure | undefined): string =>
  failure === undefined ? "OK" : statusName(failure.code);
