import { asError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import { mostPerRequest, type FetchedTask, type WantedTasks } from "../../centre-port.ts";
import { executionKey } from "../execution.ts";
import { heldClaim } from "./held-claim.ts";
import { assign, Demand, newExecution, pickDetector } from "./assign.ts";
import { pauseMs, type TasksSetup, type TasksState } from "./state.ts";
import type { TasksMessage, UnmetClaim } from "./tasks-protocol.ts";

/** The first claim after a fetch opens the window, at whose end is the next one (RELAY-9). */
export const openWindow = ({ settings }: TasksSetup, state: TasksState, context: Context<TasksMessage>): void => {
  if (state.windowOpen || state.fetching > 0 || state.window.empty) return;
  state.windowOpen = true;
  remind(context, "window", pauseMs(state.failedFetches, settings.windowMs), { type: "window" });
};

/** How long the centre keeps from this host what it gave back, so that others come first. */
export const givenBackMs = ({ settings }: Pick<TasksSetup, "settings">): number => 2 * settings.windowMs;

/** What detectors want beyond what they were assigned and have not claimed yet. Those that have gone want nothing. */
const stillWanted = ({ detectors, held }: TasksState, claims: readonly UnmetClaim[]): readonly UnmetClaim[] =>
  claims
    .filter(({ detector }) => detectors.has(detector))
    .map(({ detector, wants, taskIds }) => ({
      detector,
      taskIds,
      wants: wants
        .map(({ taskType, count }) => ({ taskType, count: count - held.undelivered(detector, taskType) }))
        .filter(({ count }) => count > 0),
    }))
    .filter(({ wants }) => wants.length > 0);

/**
 * The sums over all detectors of a kind, for each type (RELAY-12), at most as many as there is room for, and as one request may ask for: the
 * rest is asked for in the next window.
 */
const sums = ({ detectors }: TasksState, claims: readonly UnmetClaim[], room: number): readonly WantedTasks[] => {
  const wanted = new Map<string, WantedTasks>();
  let left = room;
  for (const { detector, wants } of claims) {
    const kind = detectors.get(detector)?.description.kind ?? "";
    for (const { taskType, count } of wants) {
      const key = `${kind}/${taskType}`;
      const before = wanted.get(key)?.count ?? 0;
      if (before === 0 && wanted.size >= mostPerRequest.kinds) continue;
      const more = Math.min(count, left, mostPerRequest.tasks - before);
      left -= more;
      if (more > 0) wanted.set(key, { kind, taskTypes: [taskType], count: before + more });
    }
  }
  return [...wanted.values()];
};

/** Ends the window: one request for all claims since the last one, and one more for those that name their tasks. */
export const fetchTasks = (setup: TasksSetup, state: TasksState, context: Context<TasksMessage>): void => {
  state.windowOpen = false;
  const { any, byId } = state.window.take();
  request(setup, state, any, undefined, context);
  const taskIds = new Set(byId.flatMap(({ taskIds = [] }) => taskIds));
  request(setup, state, byId, [...taskIds].slice(0, mostPerRequest.tasks), context);
};

const request = (
  setup: TasksSetup,
  state: TasksState,
  asked: readonly UnmetClaim[],
  taskIds: readonly string[] | undefined,
  { self, clock }: Context<TasksMessage>,
): void => {
  const claims = stillWanted(state, asked);
  const wanted = sums(state, claims, setup.settings.maxExecutions - state.held.executions);
  if (wanted.length === 0) {
    windowOver(state, asked);
    return;
  }
  state.fetching += 1;
  state.counts.fetches += 1;
  const askedAtMs = clock.monotonicMs();
  const by = { asked, claims };
  setup.centre.fetchTasks(setup.identity, wanted, ...(taskIds === undefined ? [] : [taskIds])).then(
    (tasks) => void self.tell({ type: "fetched", tasks, askedAtMs, by }),
    (error: unknown) => void self.tell({ type: "fetch-failed", error: asError(error), by }),
  );
};

/** Detectors whose claims still wait say again what they want. */
const windowOver = ({ detectors }: TasksState, asked: readonly UnmetClaim[]): void => {
  for (const { detector } of asked) detectors.get(detector)?.standIn.tell({ type: "window-over" });
};

export const fetched = (
  setup: TasksSetup,
  state: TasksState,
  { tasks, askedAtMs, by }: Extract<TasksMessage, { readonly type: "fetched" }>,
  context: Context<TasksMessage>,
): void => {
  state.fetching -= 1;
  state.failedFetches = 0;
  state.counts.fetched += tasks.length;
  const demand = new Demand(by.claims);
  for (const task of tasks) take(setup, state, task, askedAtMs, demand, context);
  windowOver(state, by.asked);
};

export const fetchFailed = (
  state: TasksState,
  { error, by }: Extract<TasksMessage, { readonly type: "fetch-failed" }>,
  { log }: Context<TasksMessage>,
): void => {
  state.fetching -= 1;
  state.failedFetches += 1;
  log.warn({ err: error }, "no tasks could be fetched");
  windowOver(state, by.asked);
};

/** One execution that was fetched: for a detector that has no share of its task, or back, for another host. */
const take = (
  setup: TasksSetup,
  state: TasksState,
  task: FetchedTask,
  askedAtMs: number,
  demand: Demand,
  { self }: Context<TasksMessage>,
): void => {
  state.shortestLeaseMs = Math.min(state.shortestLeaseMs, task.claimLeftMs);
  const held = heldClaim(task, askedAtMs);
  const again = state.held.get(executionKey(task));
  if (again !== undefined) {
    // Its claim had run out without this relay knowing. Whoever works on it goes on.
    Object.assign(again.held, held);
    return;
  }
  const known = pickDetector(state, task, demand);
  if (known === undefined) {
    const message = `no other detector of kind ${task.kind} is on this host`;
    state.outbox.giveBack(held, "returned", givenBackMs(setup), message);
    state.counts.givenBack += 1;
    return;
  }
  demand.given(known.detector, task);
  const execution = newExecution(task, known, askedAtMs);
  state.held.add(execution);
  assign(setup, execution, known, self);
};
