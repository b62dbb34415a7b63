import { asError, GarrisonError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import type { TaskClaim } from "../../centre-port.ts";
import { pauseMs, type TasksSetup, type TasksState } from "./state.ts";
import type { TasksMessage } from "./tasks-protocol.ts";

const firstPauseMs = 250;

/** Sends what waits to the centre, unless a message is under way or failed a moment ago. */
export const report = (setup: TasksSetup, state: TasksState, { self }: Context<TasksMessage>): void => {
  if (state.outbox.sending || !state.outbox.waiting || state.failedReports > 0) return;
  send(setup, state, self);
};

/** The pause after a failure is over. */
export const reportAgain = (setup: TasksSetup, state: TasksState, { self }: Context<TasksMessage>): void => {
  if (!state.outbox.sending && state.outbox.waiting) send(setup, state, self);
  else state.failedReports = 0;
};

const send = ({ centre, identity }: TasksSetup, state: TasksState, self: Context<TasksMessage>["self"]): void => {
  const summaries = state.outbox.begin();
  state.counts.summaries += summaries.length;
  centre.report(identity, summaries).then(
    (lost) => void self.tell({ type: "reported", lost }),
    (error: unknown) => void self.tell({ type: "report-failed", error: asError(error) }),
  );
};

export const reported = (state: TasksState, lost: readonly TaskClaim[]): void => {
  state.failedReports = 0;
  state.outbox.done();
  state.counts.lost += lost.length;
  for (const claim of lost) state.held.forgetAnswer(claim);
};

export const reportFailed = (state: TasksState, error: Error, context: Context<TasksMessage>): void => {
  const { outbox, held } = state;
  state.failedReports += 1;
  if (error instanceof GarrisonError && !error.retryable) {
    const dropped = outbox.refused();
    for (const claim of dropped) held.forgetAnswer(claim);
    const [first] = dropped;
    if (first !== undefined) {
      context.log.error({ err: error, taskId: first.taskId }, "the centre refused a summary: others will do the task");
    }
  } else {
    outbox.failed();
    context.log.warn({ err: error }, "summaries could not be reported");
  }
  remind(context, "report", pauseMs(state.failedReports - 1, firstPauseMs), { type: "report" });
};
