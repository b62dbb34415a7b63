import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import { statusName } from "../../wire/index.ts";
import type { CallObserver, CallStatistics } from "./call-observer.ts";

export interface UnauditedCallsSetup {
  readonly log: Logger;
  readonly clock: Clock;
  readonly statistics: CallStatistics;
}

/** Notes how the calls of a door end, of which none leaves an audit record. */
export const unauditedCalls = ({ log, clock, statistics }: UnauditedCallsSetup): Pick<CallObserver, "ended"> => ({
  ended: (method, _call, startedMs, failure) => {
    const outcome = failure === undefined ? "OK" : statusName(failure.code);
    statistics(method.path, outcome, clock.monotonicMs() - startedMs);
    if (failure?.defect !== undefined) log.error({ err: failure.defect, call: method.path }, "a call failed");
    return Promise.resolve(failure);
  },
});
