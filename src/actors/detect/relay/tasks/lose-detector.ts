import type { Context } from "../../../../kernel/index.ts";
import { assign, Demand, pickDetector } from "./assign.ts";
import { giveBack } from "./end-execution.ts";
import { givenBackMs } from "./fetch-tasks.ts";
import type { HeldExecution } from "./held-execution.ts";
import type { TasksSetup, TasksState } from "./state.ts";
import type { TasksMessage } from "./tasks-protocol.ts";

/** An object may have ended the detector: it is given to one more, and not to all. */
const mostDeaths = 1;

/** The tasks of a detector that is gone: for another one of its kind, or for the centre (RELAY-5). */
export const loseDetector = (
  setup: TasksSetup,
  state: TasksState,
  detector: string,
  reason: string,
  context: Context<TasksMessage>,
): void => {
  state.detectors.delete(detector);
  state.window.gone(detector);
  for (const execution of state.held.of(detector)) passOn(setup, state, execution, reason, context);
};

const passOn = (
  setup: TasksSetup,
  state: TasksState,
  execution: HeldExecution,
  reason: string,
  { self }: Context<TasksMessage>,
): void => {
  const begun = execution.deliveredAtMs !== undefined;
  if (begun) execution.deaths += 1;
  const next = execution.deaths <= mostDeaths ? pickDetector(state, execution.task, new Demand([])) : undefined;
  if (next !== undefined) {
    assign(setup, execution, next, self);
    return;
  }
  giveBack(setup, state, execution, {
    reason: begun ? "failed" : "returned",
    delayMs: givenBackMs(setup),
    message: `crashed: ${execution.detector} is gone: ${reason}`,
  });
};
