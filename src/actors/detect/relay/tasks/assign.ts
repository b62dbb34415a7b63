import type { TaskType } from "../../../../engines/malware/index.ts";
import type { FetchedTask } from "../../centre-port.ts";
import { canScan } from "../../known-version.ts";
import { versionHash } from "../../records/offers-record.ts";
import { executionKey } from "../execution.ts";
import { heldClaim } from "./held-claim.ts";
import { answerBy, assignmentOf, type HeldExecution } from "./held-execution.ts";
import type { KnownDetector, TasksSetup, TasksState } from "./state.ts";
import type { ObjectFailed } from "../objects/objects-protocol.ts";
import type { Address } from "../../../../kernel/index.ts";
import type { UnmetClaim } from "./tasks-protocol.ts";

/** How many more tasks of a type each claim of a fetch may be given. */
export class Demand {
  readonly #left: { readonly claim: UnmetClaim; readonly left: Map<TaskType, number> }[];

  constructor(claims: readonly UnmetClaim[]) {
    this.#left = claims.map((claim) => ({
      claim,
      left: new Map(claim.wants.map(({ taskType, count }) => [taskType, count])),
    }));
  }

  /** How many more of this task's type a detector wants; 0: none, or not this task. */
  of(detector: string, { taskId, taskType }: FetchedTask): number {
    let most = 0;
    for (const { claim, left } of this.#left) {
      if (claim.detector !== detector || claim.taskIds?.includes(taskId) === false) continue;
      most = Math.max(most, left.get(taskType) ?? 0);
    }
    return most;
  }

  given(detector: string, { taskType }: FetchedTask): void {
    for (const { claim, left } of this.#left) {
      if (claim.detector === detector) left.set(taskType, Math.max(0, (left.get(taskType) ?? 0) - 1));
    }
  }
}

/** The detectors that could do an execution: able to, of its kind, version and type (RELAY-25), without a share of the task. */
const candidates = (
  { detectors, held }: TasksState,
  { taskId, kind, taskType, answeredBy, version }: FetchedTask,
): readonly KnownDetector[] =>
  [...detectors.values()].filter(
    ({ detector, description }) =>
      description.kind === kind &&
      canScan(description) &&
      (version === undefined || versionHash(description) === version) &&
      description.taskTypes.includes(taskType) &&
      !answeredBy.includes(detector) &&
      !held.hasShare(taskId, detector),
  );

const most = (some: readonly KnownDetector[], value: (detector: string) => number): KnownDetector | undefined => {
  let best: KnownDetector | undefined;
  for (const known of some) if (best === undefined || value(known.detector) > value(best.detector)) best = known;
  return best;
};

/** Whoever wants most; else, when nobody wants one more, whoever has least. `undefined`: nobody can do it. */
export const pickDetector = (state: TasksState, task: FetchedTask, demand: Demand): KnownDetector | undefined => {
  const some = candidates(state, task);
  const wanting = some.filter(({ detector }) => demand.of(detector, task) > 0);
  return wanting.length > 0
    ? most(wanting, (detector) => demand.of(detector, task))
    : most(some, (detector) => -state.held.of(detector).length);
};

export const newExecution = (
  task: FetchedTask,
  { detector, description }: KnownDetector,
  askedAtMs: number,
): HeldExecution => ({
  key: executionKey(task),
  task,
  held: heldClaim(task, askedAtMs),
  endsAtMs: answerBy(askedAtMs, task.taskLeftMs),
  detector,
  description,
  deliveredAtMs: undefined,
  offeredAgain: false,
  deaths: 0,
});

/** Gives an execution to a detector, which gets it when its object is here. */
export const assign = (
  { objects }: TasksSetup,
  execution: HeldExecution,
  { detector, description, standIn }: KnownDetector,
  failed: Address<ObjectFailed>,
): void => {
  execution.detector = detector;
  execution.description = description;
  execution.deliveredAtMs = undefined;
  // In this order: the stand-in has to know what the object is for.
  standIn.tell({ type: "assign", assignment: assignmentOf(execution) });
  const { key, task } = execution;
  objects.tell({ type: "need", key, taskId: task.taskId, detector, source: task.object, ready: standIn, failed });
};
