import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props } from "../../../kernel/index.ts";
import { bounds, type Change, type Claim } from "../../../store/index.ts";
import { failureOf, type WorkerFailure } from "../claims/failure.ts";
import type { ScanSetup } from "../setup.ts";
import { attempt } from "../claims/store-calls.ts";
import { summarise } from "./summary.ts";
import { parseTask, subtaskQueue, type ScanSubtask, type ScanTask } from "../work.ts";
import type { TemplateBatch } from "../engine.ts";

/**
 * One scan, from its first subtask to its summary. It keeps its claim for the whole scan: that is what the limit of scans in process
 * counts. Where it is stands in the claim's checkpoint, so that the next holder goes on instead of starting over (SCAN-15).
 */
export type TaskMessage =
  | { readonly type: "plan" }
  /** See whether all subtasks have ended. Comes from a timer and, as a hint, from whoever saw one end. */
  | { readonly type: "look" };

/** What a task tells the scheduler. */
export type TaskReport =
  /** The item has ended, or its claim is no longer held. */
  | { readonly type: "task-ended"; readonly token: number }
  | { readonly type: "task-failed"; readonly token: number; readonly failure: WorkerFailure };

interface TaskPlan {
  readonly task: ScanTask;
  readonly batches: readonly TemplateBatch[];
  /** Batches that are in the second queue already. */
  readonly queued: number;
  /** Failures or losses are counted against the task since its last checkpoint. */
  readonly blamed: boolean;
}

interface TaskState {
  readonly plan: TaskPlan | undefined;
}

export interface TaskSetup extends ScanSetup {
  readonly claim: Claim;
  readonly scheduler: Address<TaskReport>;
}

const lookEveryMs = 250;
const retryMs = 250;
/** One commit takes this many subtasks, the checkpoint and the seal. */
const batchesPerCommit = bounds.changes - 2;

const checkpointOf = (claim: Claim): number => (typeof claim.checkpoint === "number" ? claim.checkpoint : 0);

const subtaskChange = (taskId: string, task: ScanTask, batch: TemplateBatch, index: number): Change => {
  const body: ScanSubtask = { taskId, ...task, templates: batch.templates, requests: batch.requests };
  const id = `${taskId}.${String(index).padStart(6, "0")}`;
  return { type: "add", queue: subtaskQueue, item: { id, body: { ...body }, group: taskId } };
};

/** Puts the next subtasks into the second queue; the last of them seals the group in the same commit. */
const enqueue = async (setup: TaskSetup, plan: TaskPlan, context: Context<TaskMessage>): Promise<TaskState> => {
  const { claim } = setup;
  const upTo = Math.min(plan.batches.length, plan.queued + batchesPerCommit);
  const changes: Change[] = plan.batches
    .slice(plan.queued, upTo)
    .map((batch, offset) => subtaskChange(claim.id, plan.task, batch, plan.queued + offset));
  changes.push({ type: "checkpoint", claim, data: upTo });
  const last = upTo === plan.batches.length;
  if (last) changes.push({ type: "seal", group: claim.id });
  const stored = await attempt(context, "plan", () => setup.space.commit({ type: "claim", claim }, changes));
  switch (stored.status) {
    case "ok":
      if (last) watch(setup, plan, context);
      else context.self.tell({ type: "plan" });
      return { plan: { ...plan, queued: upTo, blamed: false } };
    case "unavailable":
      context.timers.once("plan", retryMs, { type: "plan" });
      return { plan };
    case "stale":
      end(setup, context);
      return { plan };
  }
};

/**
 * Goes on with the plan where the checkpoint says. A plan that is sealed is left alone: a checkpoint would forget the failures counted
 * since, and a scan that always fails at its end would be tried for ever.
 */
const plan = (setup: TaskSetup, current: TaskPlan, context: Context<TaskMessage>): TaskState | Promise<TaskState> => {
  if (setup.claim.checkpoint !== current.batches.length) return enqueue(setup, current, context);
  watch(setup, current, context);
  return { plan: current };
};

const watch = (setup: TaskSetup, plan: TaskPlan, context: Context<TaskMessage>): void => {
  setup.notify({
    type: "planned",
    taskId: setup.claim.id,
    subtasks: plan.batches.length,
    requests: plan.batches.reduce((sum, batch) => sum + batch.requests, 0),
  });
  context.timers.every("look", lookEveryMs, { type: "look" });
  context.self.tell({ type: "look" });
};

/**
 * Ends the scan when its subtasks have ended. While they have not, whatever became of this task before was not its own doing: a
 * checkpoint forgets it, so that a subtask which kills its node over and over takes no scan along.
 */
const look = async (setup: TaskSetup, plan: TaskPlan, context: Context<TaskMessage>): Promise<TaskState> => {
  const { claim, space } = setup;
  const looked = await attempt(context, "finish", async () => {
    const group = await space.groups.get(claim.id);
    if (group?.complete === true) {
      const summary = await summarise(space, claim.id, plan.task.target, group);
      await space.commit({ type: "claim", claim }, [{ type: "finish", claim, outcome: "done", result: summary }]);
      return "ended";
    }
    if (!plan.blamed) return "waiting";
    await space.commit({ type: "claim", claim }, [{ type: "checkpoint", claim, data: plan.queued }]);
    return "forgiven";
  });
  if (looked.status === "stale" || (looked.status === "ok" && looked.value === "ended")) end(setup, context);
  const forgiven = looked.status === "ok" && looked.value === "forgiven";
  return { plan: forgiven ? { ...plan, blamed: false } : plan };
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

const planOf = (setup: TaskSetup): TaskPlan => {
  const { claim } = setup;
  const task = parseTask(claim.body);
  return {
    task,
    batches: setup.engine.decompose(task),
    queued: checkpointOf(claim),
    blamed: claim.failures + claim.losses > 0,
  };
};

export const taskProps = (setup: TaskSetup): Props<TaskState, TaskMessage> => ({
  behavior: {
    initial: (context) => begin(setup, context),
    receive: (state, message, context) => {
      switch (message.type) {
        case "plan":
          return plan(setup, state.plan ?? planOf(setup), context);
        case "look":
          return state.plan === undefined ? same : look(setup, state.plan, context);
        default:
          return unreachable(message);
      }
    },
  },
});
