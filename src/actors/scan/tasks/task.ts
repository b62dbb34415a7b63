import { failureCode } from "../../../base/in-span.ts";
import type { Span } from "../../../base/tracing.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Same } from "../../../kernel/index.ts";
import type { Change, Claim } from "../../../store/index.ts";
import { claimSpan } from "../../claims/claim-span.ts";
import { failureOf, type WorkerFailure } from "../../claims/failure.ts";
import { noPeers } from "../links/scan-peers.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { endChanges } from "../scans/end-changes.ts";
import { countsOf } from "../scans/scan-view.ts";
import type { ScanSetup } from "../setup.ts";
import { placeGroup } from "../work.ts";
import { countsWithoutGroup, isQueued } from "./forgotten-group.ts";
import { summarise } from "./summary.ts";
import { isAlone, nextSubtasks, planOf, requestsOf, type TaskPlan } from "./task-plan.ts";

/**
 * One scan, from its first subtask to its summary. It keeps its claim for the whole scan: that is what the limit of scans in process
 * counts. Where it is stands in the claim's checkpoint, so that the next holder goes on instead of starting over (SCAN-15).
 */
export type TaskMessage =
  | { readonly type: "plan" }
  /** See whether all subtasks have ended. Comes from a timer and, as a hint, when one has ended or the scan was paused. */
  | { readonly type: "look" };

/** What a task tells the scheduler. */
export type TaskReport =
  /** The store knows that this claim merely waits for its subtasks: should the node die now, that is not the scan's doing. */
  | { readonly type: "task-settled"; readonly token: number }
  /** The item has ended, or its claim is no longer held. */
  | { readonly type: "task-ended"; readonly token: number }
  | { readonly type: "task-failed"; readonly token: number; readonly failure: WorkerFailure };

interface TaskState {
  readonly plan: TaskPlan | undefined;
}

/** With the span of this life, in which its messages are handled. */
interface TracedState extends TaskState {
  readonly span: Span;
}

export interface TaskSetup extends ScanSetup {
  readonly claim: Claim;
  readonly scheduler: Address<TaskReport>;
}

const lookEveryMs = 250;
const retryMs = 250;

/** Puts the next subtasks into the second queue; the last of them seals the group in the same commit. */
const enqueue = async (setup: TaskSetup, plan: TaskPlan, context: Context<TaskMessage>): Promise<TaskState> => {
  const { claim } = setup;
  const { changes, upTo } = nextSubtasks(claim, plan);
  const handBack: readonly Change[] = isAlone(claim) ? [{ type: "release", claim, reason: "returned" }] : [];
  const stored = await attempt(context, "plan", () =>
    setup.space.commit({ type: "claim", claim }, [...changes, ...handBack]),
  );
  if (stored.status === "unavailable") {
    remind(context, "plan", retryMs, { type: "plan" });
    return { plan };
  }
  const queued = { ...plan, queued: upTo, blamed: false };
  if (stored.status === "ok") (setup.peers ?? noPeers).work(claim.id);
  if (stored.status === "stale" || handBack.length > 0) end(setup, context);
  else if (isQueued(queued)) watch(setup, queued, context);
  else {
    setup.scheduler.tell({ type: "task-settled", token: claim.token });
    context.self.tell({ type: "plan" });
  }
  return { plan: queued };
};

/**
 * Goes on with the plan where the checkpoint says. A plan that is sealed is left alone: a checkpoint would forget the failures counted
 * since, and a scan that always fails at its end would be tried for ever.
 */
const plan = async (
  setup: TaskSetup,
  known: TaskPlan | undefined,
  context: Context<TaskMessage>,
): Promise<TaskState | Same> => {
  const { claim, engine } = setup;
  const planned =
    known === undefined
      ? await attempt(context, "decompose", () => planOf(engine, claim, context.clock.wallMs()))
      : ({ status: "ok", value: known } as const);
  if (planned.status !== "ok") {
    const left = await attempt(context, "look", () => leaveIfPaused(setup));
    if (left.status === "stale" || (left.status === "ok" && left.value)) end(setup, context);
    else remind(context, "plan", retryMs, { type: "plan" });
    return same;
  }
  const current = planned.value;
  if (claim.checkpoint !== current.batches.length) return enqueue(setup, current, context);
  watch(setup, current, context);
  return { plan: current };
};

/** Frees the place of a scan that was paused, although its templates cannot be had at the moment: that may last. */
const leaveIfPaused = async ({ claim, space }: TaskSetup): Promise<boolean> => {
  if ((await space.groups.get(placeGroup(claim.id)))?.held !== true) return false;
  // An earlier holder may have planned a part, and whoever paused the scan may have been interrupted in between.
  await space.groups.hold(claim.id);
  await space.commit({ type: "claim", claim }, [{ type: "release", claim, reason: "returned" }]);
  return true;
};

const watch = (setup: TaskSetup, plan: TaskPlan, context: Context<TaskMessage>): void => {
  const { claim, notify, scheduler } = setup;
  notify({ type: "planned", taskId: claim.id, subtasks: plan.batches.length, requests: requestsOf(plan) });
  if (!plan.blamed) scheduler.tell({ type: "task-settled", token: claim.token });
  // Its life may have ended while the store was asked.
  if (context.signal.aborted) return;
  context.timers.every("look", lookEveryMs, { type: "look" });
  context.self.tell({ type: "look" });
};

/** What a look came to: the claim is given up, or the scan goes on, with nothing counted against the task or with what there was. */
type Looked = "over" | "settled" | "waiting";

const look = async (setup: TaskSetup, plan: TaskPlan, context: Context<TaskMessage>): Promise<TaskState> => {
  const looked = await attempt(context, "look", () => lookAt(setup, plan, context.clock.wallMs()));
  if (looked.status === "stale" || (looked.status === "ok" && looked.value === "over")) end(setup, context);
  if (looked.status !== "ok" || looked.value !== "settled") return { plan };
  setup.scheduler.tell({ type: "task-settled", token: setup.claim.token });
  return { plan: { ...plan, blamed: false } };
};

/**
 * Ends the scan when its subtasks have ended, and frees its place when it was paused. While neither is so, whatever became of this task
 * before was not its own doing: a checkpoint forgets it, so that a subtask which kills its node over and over takes no scan along.
 */
const lookAt = async ({ claim, space }: TaskSetup, plan: TaskPlan, nowMs: number): Promise<Looked> => {
  const commit = (...changes: readonly Change[]): Promise<unknown> => space.commit({ type: "claim", claim }, changes);
  const [place, group] = await Promise.all([space.groups.get(placeGroup(claim.id)), space.groups.get(claim.id)]);
  if (group?.complete === true) {
    const counts = countsOf(group);
    const known = counts.planned >= plan.batches.length ? counts : await countsWithoutGroup(space, claim.id, plan);
    const summary = await summarise(space, claim.id, plan.task.target, known);
    const { subtasks } = summary;
    const ended = endChanges(claim.id, { state: "done", endedAtMs: nowMs, subtasks, summary });
    await commit({ type: "finish", claim, outcome: "done" }, ...ended);
    return "over";
  }
  const forgive: readonly Change[] = plan.blamed ? [{ type: "checkpoint", claim, data: plan.queued }] : [];
  if (place?.held === true) {
    // Whoever paused the scan may have been interrupted in between.
    if (group?.held !== true) await space.groups.hold(claim.id);
    await commit(...forgive, { type: "release", claim, reason: "returned" });
    return "over";
  }
  if (group?.held === true) await space.groups.resume(claim.id);
  if (isAlone(claim)) {
    await commit(...forgive, { type: "release", claim, reason: "returned" });
    return "over";
  }
  // The group was complete and is forgotten, or holds only what was replayed since: it has to be complete again.
  const reseal: readonly Change[] = isQueued(plan) && group?.sealed !== true ? [{ type: "seal", group: claim.id }] : [];
  if (forgive.length + reseal.length > 0) await commit(...reseal, ...forgive);
  return forgive.length > 0 ? "settled" : "waiting";
};

const end = (setup: TaskSetup, context: Context<TaskMessage>): void => {
  setup.notify({ type: "task-ended", taskId: setup.claim.id });
  setup.scheduler.tell({ type: "task-ended", token: setup.claim.token });
  context.stopSelf();
};

const begin = (setup: TaskSetup, context: Context<TaskMessage>): TaskState => {
  const failure = failureOf(context.lastFailure);
  const { token } = setup.claim;
  if (failure === undefined) context.self.tell({ type: "plan" });
  else {
    setup.scheduler.tell({ type: "task-failed", token, failure });
    context.stopSelf();
  }
  return { plan: undefined };
};

const receive = (
  setup: TaskSetup,
  { plan: known }: TaskState,
  message: TaskMessage,
  context: Context<TaskMessage>,
): Same | Promise<TaskState | Same> => {
  switch (message.type) {
    case "plan":
      return plan(setup, known, context);
    case "look":
      return known === undefined ? same : look(setup, known, context);
    default:
      return unreachable(message);
  }
};

export const taskProps = (setup: TaskSetup): Props<TracedState, TaskMessage> => ({
  behavior: {
    initial: (context) => {
      const span = claimSpan(context.tracing, "scan task", setup.claim);
      if (context.lastFailure !== undefined) span.end(failureCode(context.lastFailure));
      return { ...begin(setup, context), span };
    },
    receive: async (state, message, context) => {
      const { span } = state;
      const next = await context.tracing.run(span.context, () => receive(setup, state, message, context));
      return next === same ? same : { ...next, span };
    },
    stopped: ({ span }) => span.end(),
  },
});
