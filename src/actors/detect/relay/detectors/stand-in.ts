import { unreachable } from "../../../../base/unreachable.ts";
import { same, type Address, type Context, type Props } from "../../../../kernel/index.ts";
import { DetectError } from "../../errors.ts";
import type { Assignment } from "../execution.ts";
import type { TasksMessage } from "../tasks/tasks-protocol.ts";
import { assignedTask, tasksFor, unmetWants, type OpenClaim, type ReadyTask } from "./open-claim.ts";
import type { StandInMessage } from "./stand-in-protocol.ts";

export interface StandInSetup {
  readonly detector: string;
  readonly tasks: Address<TasksMessage>;
}

/** State is mutable and private to the actor. An assignment is in one of the three maps. */
interface StandInState {
  /** Wait for their objects. */
  readonly downloadBuffer: Map<string, Assignment>;
  /** Wait for a claim. */
  readonly claimBuffer: Map<string, ReadyTask>;
  /** The detector has them. */
  readonly delivered: Map<string, ReadyTask>;
  readonly open: Map<number, OpenClaim>;
  claims: number;
}

/** A detector needs one; those that come again before they were answered leave some behind. */
const mostOpenClaims = 16;

/** Gives an open claim what is ready. False: that is nothing, or nobody waits any more. */
const give = (setup: StandInSetup, state: StandInState, open: OpenClaim, context: Context<StandInMessage>): boolean => {
  const nowMs = context.clock.monotonicMs();
  const tasks = tasksFor(open.claim, state.claimBuffer.values(), nowMs);
  if (tasks.length === 0) return false;
  // Nobody waits any more: they stay for the next claim.
  if (!open.replyTo.tell(tasks.map((task) => assignedTask(task, nowMs)))) return false;
  for (const task of tasks) {
    state.claimBuffer.delete(task.assignment.key);
    state.delivered.set(task.assignment.key, task);
  }
  setup.tasks.tell({
    type: "delivered",
    detector: setup.detector,
    keys: tasks.map(({ assignment }) => assignment.key),
  });
  tellUnmet(setup, open, tasks);
  return true;
};

const tellUnmet = ({ tasks, detector }: StandInSetup, { claim }: OpenClaim, given: readonly ReadyTask[]): void => {
  const wants = unmetWants(claim, given);
  if (wants.length > 0) tasks.tell({ type: "unmet", claim: { detector, wants, taskIds: claim.taskIds } });
};

const claim = (
  setup: StandInSetup,
  state: StandInState,
  { claim, replyTo }: Extract<StandInMessage, { readonly type: "claim" }>,
  context: Context<StandInMessage>,
): void => {
  const open: OpenClaim = { id: (state.claims += 1), claim, replyTo };
  if (give(setup, state, open, context)) return;
  tellUnmet(setup, open, []);
  if (claim.waitMs === 0) {
    replyTo.tell([]);
    return;
  }
  state.open.set(open.id, open);
  context.timers.once(waitTimer(open.id), claim.waitMs, { type: "waited", claim: open.id });
  const [oldest] = state.open.keys();
  if (state.open.size > mostOpenClaims && oldest !== undefined) answerNone(state, oldest, context);
};

const answerNone = (state: StandInState, id: number, context: Context<StandInMessage>): void => {
  context.timers.cancel(waitTimer(id));
  state.open.get(id)?.replyTo.tell([]);
  state.open.delete(id);
};

const waitTimer = (id: number): string => `claim-${id}`;

/** Answers the claims that wait, the first first. */
const serve = (setup: StandInSetup, state: StandInState, context: Context<StandInMessage>): void => {
  for (const open of state.open.values()) {
    if (state.claimBuffer.size === 0) return;
    if (give(setup, state, open, context) || open.replyTo.remainingMs() === 0) {
      context.timers.cancel(waitTimer(open.id));
      state.open.delete(open.id);
    }
  }
};

const objectReady = (state: StandInState, key: string, path: string): void => {
  const assignment = state.downloadBuffer.get(key);
  if (assignment === undefined) return;
  state.downloadBuffer.delete(key);
  state.claimBuffer.set(key, { assignment, path });
};

const offerAgain = (state: StandInState, keys: readonly string[]): void => {
  for (const key of keys) {
    const task = state.delivered.get(key);
    if (task === undefined) continue;
    state.delivered.delete(key);
    state.claimBuffer.set(key, task);
  }
};

const receive = (
  setup: StandInSetup,
  state: StandInState,
  message: StandInMessage,
  context: Context<StandInMessage>,
): typeof same => {
  switch (message.type) {
    case "claim":
      claim(setup, state, message, context);
      break;
    case "assign":
      state.downloadBuffer.set(message.assignment.key, message.assignment);
      break;
    case "object-ready":
      objectReady(state, message.key, message.path);
      serve(setup, state, context);
      break;
    case "drop":
      for (const buffer of [state.downloadBuffer, state.claimBuffer, state.delivered]) buffer.delete(message.key);
      break;
    case "offer-again":
      offerAgain(state, message.keys);
      serve(setup, state, context);
      break;
    case "window-over":
      for (const open of state.open.values()) if (open.replyTo.remainingMs() > 0) tellUnmet(setup, open, []);
      break;
    case "waited":
      answerNone(state, message.claim, context);
      break;
    default:
      return unreachable(message);
  }
  return same;
};

/**
 * `/detect/relay/detectors/<name>`: stands for one detector, which takes its tasks from here only (RELAY-18). A task waits in the download
 * buffer until its object is complete, and then in the claim buffer until the detector claims it (RELAY-17). What a claim leaves unmet is
 * told to the manager of the tasks, in each window again while the claim waits.
 */
export const standInProps = (setup: StandInSetup): Props<StandInState, StandInMessage> => {
  let hasLived = false;
  return {
    behavior: {
      initial: () => {
        // It was restarted by hand. What it knew cannot be made again: this failure makes the whole relay begin again.
        if (hasLived) throw new DetectError("unavailable", `the stand-in of ${setup.detector} has lost its tasks`);
        hasLived = true;
        return { downloadBuffer: new Map(), claimBuffer: new Map(), delivered: new Map(), open: new Map(), claims: 0 };
      },
      receive: (state, message, context) => receive(setup, state, message, context),
      stopped: ({ open }) => {
        for (const { replyTo } of open.values()) replyTo.tell([]);
      },
    },
  };
};
