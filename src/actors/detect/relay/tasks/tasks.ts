import { unreachable } from "../../../../base/unreachable.ts";
import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import { same, type Context, type Props, type Same } from "../../../../kernel/index.ts";
import { missingObjectPrefix } from "../../centre-port.ts";
import { executionKey } from "../execution.ts";
import { answerExecution, giveBack } from "./end-execution.ts";
import { fetched, fetchFailed, fetchTasks, openWindow } from "./fetch-tasks.ts";
import { extended, keepClaims, keepSoon } from "./keep-claims.ts";
import type { HeldExecution } from "./held-execution.ts";
import { loseDetector } from "./lose-detector.ts";
import { report, reportAgain, reported, reportFailed } from "./report.ts";
import { emptyState, type KnownDetector, type TasksSetup, type TasksState } from "./state.ts";
import type { TasksMessage } from "./tasks-protocol.ts";

/** Bounds what all detectors of a host may have told and not been served. */
const mailbox = { capacity: 50_000 };
/** An object that cannot be had now may be there for another host, or later. */
const notNowMs = 5_000;

type Told<Type extends TasksMessage["type"]> = Extract<TasksMessage, { readonly type: Type }>;

/**
 * Results of what the detector was given; anything else is of a task that it no longer has. One that does not say what it was made with may be of
 * either version where that has changed meanwhile: it is not taken, and the task is done again.
 */
const results = (setup: TasksSetup, state: TasksState, { detector, results }: Told<"results">): void => {
  for (const said of results) {
    const execution = state.held.get(executionKey(said));
    if (execution?.detector !== detector || execution.deliveredAtMs === undefined) continue;
    const known = state.detectors.get(detector);
    if (said.madeWith !== undefined || known === undefined || isSameVersion(known.description, execution.description)) {
      answerExecution(setup, state, execution, said);
    } else offerAgain(execution, known);
  }
};

const isSameVersion = (one: DetectorDescription, other: DetectorDescription): boolean =>
  one.engineVersion === other.engineVersion && one.signatureVersion === other.signatureVersion;

const offerAgain = (execution: HeldExecution, { standIn }: KnownDetector): void => {
  execution.deliveredAtMs = undefined;
  standIn.tell({ type: "offer-again", keys: [execution.key] });
};

const objectFailed = (setup: TasksSetup, state: TasksState, told: Told<"object-failed">): void => {
  const { key, failure, message } = told;
  const execution = state.held.get(key);
  if (execution === undefined) return;
  if (failure === "not-now") {
    giveBack(setup, state, execution, { reason: "failed", delayMs: notNowMs, message: missingObjectPrefix + message });
  } else {
    answerExecution(setup, state, execution, { result: { outcome: "error", failure, message }, tookMs: 0 });
  }
};

const delivered = (
  { held, window, detectors }: TasksState,
  { detector, keys }: Told<"delivered">,
  { clock }: Context<TasksMessage>,
): void => {
  for (const key of keys) {
    const execution = held.get(key);
    if (execution?.detector !== detector) continue;
    execution.deliveredAtMs = clock.monotonicMs();
    execution.description = detectors.get(detector)?.description ?? execution.description;
    window.given(detector, execution.task.taskType);
  }
};

/** An answer with tasks was lost on its way to the detector. Each is offered to it once more. */
const emptyHanded = ({ held, detectors }: TasksState, { detector, sinceMs }: Told<"empty-handed">): void => {
  const never = held
    .of(detector)
    .filter(
      ({ deliveredAtMs, offeredAgain }) => !offeredAgain && deliveredAtMs !== undefined && deliveredAtMs < sinceMs,
    );
  if (never.length === 0) return;
  for (const execution of never) Object.assign(execution, { offeredAgain: true, deliveredAtMs: undefined });
  detectors.get(detector)?.standIn.tell({ type: "offer-again", keys: never.map(({ key }) => key) });
};

const receive = (setup: TasksSetup, state: TasksState, message: TasksMessage, context: Context<TasksMessage>): Same => {
  switch (message.type) {
    case "detector-here":
      state.detectors.set(message.detector, message);
      break;
    case "detector-gone":
      loseDetector(setup, state, message.detector, message.reason, context);
      break;
    case "unmet":
      state.window.add(message.claim);
      break;
    case "delivered":
      delivered(state, message, context);
      break;
    case "empty-handed":
      emptyHanded(state, message);
      break;
    case "results":
      results(setup, state, message);
      break;
    case "object-failed":
      objectFailed(setup, state, message);
      break;
    case "window":
      fetchTasks(setup, state, context);
      break;
    case "fetched":
      fetched(setup, state, message, context);
      break;
    case "fetch-failed":
      fetchFailed(state, message, context);
      break;
    case "keep":
      keepClaims(setup, state, context);
      break;
    case "extended":
      extended(setup, state, message, context);
      break;
    case "extend-failed":
      state.extending = false;
      context.log.warn({ err: message.error }, "claims could not be extended");
      break;
    case "report":
      reportAgain(setup, state, context);
      break;
    case "reported":
      reported(state, message.lost);
      break;
    case "report-failed":
      reportFailed(state, message.error, context);
      break;
    case "view":
      message.replyTo.tell({ ...state.counts, tasks: state.held.tasks, executions: state.held.executions });
      break;
    default:
      return unreachable(message);
  }
  openWindow(setup, state, context);
  report(setup, state, context);
  keepSoon(state, context);
  return same;
};

/** Others may have at once what is not finished here, and the centre gets what is. */
const end = async (setup: TasksSetup, state: TasksState, { log }: Context<TasksMessage>): Promise<void> => {
  const message = "the relay of the host ends";
  for (const execution of [...state.held.all()]) {
    giveBack(setup, state, execution, { reason: "returned", delayMs: 0, message });
  }
  state.outbox.failed();
  try {
    while (state.outbox.waiting) {
      await setup.centre.report(setup.identity, state.outbox.begin());
      state.outbox.done();
    }
  } catch (thrown) {
    log.warn({ err: thrown }, "the centre was not told what this relay gives back: its claims run out");
  }
};

/**
 * `/detect/relay/tasks`: the tasks that this host has claimed from the centre. It fetches once per window for all detectors (RELAY-9), gives
 * each execution to one of them, keeps the claims, and reports what they said of a task in one summary (RELAY-20).
 */
export const tasksProps = (setup: TasksSetup): Props<TasksState, TasksMessage> => ({
  mailbox,
  behavior: {
    initial: emptyState,
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => end(setup, state, context),
  },
});
