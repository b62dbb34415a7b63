import type { GiveBackReason } from "../../centre-port.ts";
import type { DetectorResult } from "../desk-calls.ts";
import { answerOf, type HeldExecution } from "./held-execution.ts";
import type { TaskAnswers } from "./held-tasks.ts";
import type { TasksSetup, TasksState } from "./state.ts";

/** Its detector and its object are told that an execution is over; when it was the last of its task here, the answers go. */
const settle = (
  { objects }: TasksSetup,
  { detectors, outbox, counts }: TasksState,
  { key, detector, task }: HeldExecution,
  answers: TaskAnswers,
): void => {
  detectors.get(detector)?.standIn.tell({ type: "drop", key });
  objects.tell({ type: "release", key, sha256: task.object.sha256 });
  for (const { held, answer } of answers) outbox.answer(held, answer);
  counts.answers += answers.length;
};

/** An execution ends with what its detector said, or with what is said for it. */
export const answerExecution = (
  setup: TasksSetup,
  state: TasksState,
  execution: HeldExecution,
  said: Pick<DetectorResult, "result" | "tookMs" | "madeWith">,
): void => {
  const answer = answerOf(execution, setup.identity.host, said);
  settle(setup, state, execution, state.held.answer(execution, answer));
};

/** An execution goes back to the centre, which is told at once: another host may do it. */
export const giveBack = (
  setup: TasksSetup,
  state: TasksState,
  execution: HeldExecution,
  how: { readonly reason: GiveBackReason; readonly delayMs: number; readonly message: string },
): void => {
  state.outbox.giveBack(execution.held, how.reason, how.delayMs, how.message);
  state.counts.givenBack += 1;
  settle(setup, state, execution, state.held.end(execution));
};

/** The claim is no longer held: nobody wants the result. */
export const loseExecution = (setup: TasksSetup, state: TasksState, execution: HeldExecution): void => {
  state.counts.lost += 1;
  settle(setup, state, execution, state.held.end(execution));
};
