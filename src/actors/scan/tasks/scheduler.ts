import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props } from "../../../kernel/index.ts";
import type { AloneGate } from "../claims/alone-gate.ts";
import { HeldClaims } from "../../claims/held-claims.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { oneLifeEach } from "../../claims/one-life.ts";
import type { ScanSetup } from "../setup.ts";
import type { Claim, Claimed } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt, type Attempt } from "../../claims/store-calls.ts";
import { taskProps, type TaskMessage, type TaskReport } from "./task.ts";
import { taskQueue } from "../work.ts";

/**
 * The supervisor of a node's scans. It extracts one task at a time, at an interval, while fewer than the limit are in process over all
 * nodes (SCAN-5, 6, 7): the store counts live claims, so the count falls by itself when a scheduler dies.
 */
export type SchedulerMessage =
  | TaskReport
  /** A task actor has stopped, for whatever reason. */
  | { readonly type: "task-gone"; readonly token: number }
  /** Subtasks of these scans have ended, on whatever node: perhaps the last ones. Only a hint. */
  | { readonly type: "subtasks-ended"; readonly taskIds: readonly string[] }
  /** These scans may have been cancelled or paused. Only a hint. */
  | { readonly type: "check"; readonly taskIds: readonly string[] }
  /** See whether a task can be extracted. */
  | { readonly type: "look"; readonly seen: number }
  | { readonly type: "heartbeat" };

/** State is mutable and private to the actor. */
interface SchedulerState {
  readonly held: HeldClaims<Address<TaskMessage>>;
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** Not before this may an item that falls due be looked for, while nothing is waiting. */
  nextDueMs: number;
}

export interface SchedulerSetup extends ScanSetup {
  readonly gate: AloneGate;
}

const retryMs = 250;
/** How soon to try again while an item waits to run alone on this node. */
const aloneRetryMs = 50;

const extract = async (
  setup: SchedulerSetup,
  state: SchedulerState,
  seen: number,
  context: Context<SchedulerMessage>,
): Promise<void> => {
  const { settings, space, gate } = setup;
  if (gate.wanted) {
    remind(context, "look", aloneRetryMs, { type: "look", seen });
    return;
  }
  const counts = await attempt(context, "counts", () => space.queue.counts(taskQueue));
  const due = context.clock.monotonicMs() >= state.nextDueMs;
  if (counts.status === "ok" && !due) {
    const { waiting, claimed } = counts.value;
    if (waiting === 0 || claimed >= settings.maxTasksInProcess) return wait(setup, state, seen, context);
  }
  const claimed = await claimOne(setup, state, context);
  if (claimed.status !== "ok") {
    remind(context, "look", retryMs, { type: "look", seen });
    return;
  }
  const [claim] = claimed.value.claims;
  if (claim !== undefined && context.signal.aborted) {
    // It ends, and can start no task any more.
    gate.settle(claim.token);
    await attempt(context, "return", () => space.commit(undefined, [{ type: "release", claim, reason: "returned" }]));
    return;
  }
  if (claim !== undefined) {
    const task = context.spawn(
      taskProps({ ...setup, claim, scheduler: context.self }),
      `task-${claim.id}-${claim.token}`,
    );
    context.watch(task, { type: "task-gone", token: claim.token });
    state.held.add(claim, task);
    remind(context, "look", settings.extractIntervalMs, { type: "look", seen });
    return;
  }
  const nextInMs = claimed.value.nextInMs ?? longestWaitMs;
  state.nextDueMs = context.clock.monotonicMs() + Math.max(settings.extractIntervalMs, nextInMs);
  wait(setup, state, seen, context);
};

const claimOne = async (
  { settings, space, owner, gate }: SchedulerSetup,
  state: SchedulerState,
  context: Context<SchedulerMessage>,
): Promise<Attempt<Claimed>> => {
  gate.extract();
  const claimed = await attempt(context, "claim", () =>
    space.queue.claim({
      queue: taskQueue,
      owner,
      slots: 1,
      leaseMs: settings.leaseMs,
      maxClaimed: settings.maxTasksInProcess,
      holding: state.held.size,
    }),
  );
  gate.extracted(claimed.status === "ok" ? claimed.value.claims[0]?.token : undefined);
  return claimed;
};

/** Waits outside of the actor's turns for a change of the space, or until something falls due. */
const wait = (setup: ScanSetup, state: SchedulerState, seen: number, context: Context<SchedulerMessage>): void => {
  if (state.watching) return;
  state.watching = true;
  const untilDueMs = Math.max(setup.settings.extractIntervalMs, state.nextDueMs - context.clock.monotonicMs());
  lookOnChange(setup.space, seen, untilDueMs, context);
};

/** Ends the tasks whose claims are no longer held. */
const keep = async (
  setup: SchedulerSetup,
  state: SchedulerState,
  some: ((claim: Claim) => boolean) | undefined,
  context: Context<SchedulerMessage>,
): Promise<void> => {
  await attempt(context, "extend", () => state.held.extend(setup.settings.leaseMs, some));
  for (const { claim, worker } of state.held.overdue(context.clock.monotonicMs())) {
    setup.notify({ type: "claim-lost", id: claim.id });
    setup.gate.settle(claim.token);
    void context.stop(worker);
  }
};

const lookAt = ({ held }: SchedulerState, taskIds: readonly string[]): void => {
  for (const taskId of taskIds) held.find(taskId)?.tell({ type: "look" });
};

const receive = async (
  setup: SchedulerSetup,
  state: SchedulerState,
  message: SchedulerMessage,
  context: Context<SchedulerMessage>,
): Promise<typeof same> => {
  switch (message.type) {
    case "task-settled":
      setup.gate.settle(message.token);
      return same;
    case "subtasks-ended":
      lookAt(state, message.taskIds);
      return same;
    case "check": {
      const about = new Set(message.taskIds);
      await keep(setup, state, ({ id }) => about.has(id), context);
      lookAt(state, message.taskIds);
      return same;
    }
    case "task-ended":
      setup.gate.settle(message.token);
      state.held.take(message.token);
      break;
    case "task-failed":
      setup.gate.settle(message.token);
      state.held.giveUp(message.token, message.failure);
      break;
    case "task-gone":
      setup.gate.settle(message.token);
      state.held.giveUp(message.token, { message: "the task actor was stopped", killed: true });
      break;
    case "look":
      state.watching = false;
      await state.held.release(context);
      await extract(setup, state, message.seen, context);
      return same;
    case "heartbeat":
      await keep(setup, state, undefined, context);
      break;
    default:
      return unreachable(message);
  }
  // What the store did not take is tried again with the next heartbeat.
  await state.held.release(context);
  return same;
};

export const schedulerProps = (setup: SchedulerSetup): Props<SchedulerState, SchedulerMessage> => ({
  supervision: oneLifeEach,
  behavior: {
    initial: (context) => {
      setup.gate.reset();
      context.timers.every("heartbeat", setup.settings.leaseMs / 3, { type: "heartbeat" });
      context.self.tell({ type: "look", seen: 0 });
      return { held: new HeldClaims(setup.space), watching: false, nextDueMs: 0 };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => state.held.returnAll(context),
  },
});
