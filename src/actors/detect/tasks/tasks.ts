import type { Requirement, TaskType } from "../../../engines/malware/index.ts";
import type { Change } from "../../../store/index.ts";
import { DetectError } from "../errors.ts";
import type { Policy } from "../library/policy.ts";
import { flightKey, sampleKey, taskKey } from "../records/keys.ts";
import { readOffers, readSample } from "../records/read.ts";
import { isSampleHere, isSampleKept } from "../records/sample-record.ts";
import { mostRequesters, parseFlight, parseTask, type Requester, type TaskRecord } from "../records/task-record.ts";
import type { CentreSetup } from "../setup.ts";
import { changeUntilApplied } from "./change-until-applied.ts";
import { planTask, type TaskRequest } from "./plan-task.ts";

/** `joined`: another one for the same object was open. `refused`: there is no detector for it anywhere, or its sample is gone. */
export type TaskStart =
  { readonly status: "started" | "joined"; readonly taskId: string } | { readonly status: "refused" };

/** `away`: none of the nodes that have its sample is up. */
export type TaskStartAgain = TaskStart | { readonly status: "away" };

interface TasksSetup extends Pick<CentreSetup, "space" | "clock" | "random" | "addressOf"> {
  readonly policy: Policy;
  readonly deadlineMs: number;
}

/** Starts tasks: one for each object and type at a time. */
export class Tasks {
  readonly #setup: TasksSetup;

  constructor(setup: TasksSetup) {
    this.#setup = setup;
  }

  /**
   * Starts a task or joins the open one.
   * @param also what is written in the same commit where the bytes have just been submitted, read anew for each try; with it a task is started
   *   even though no detector is there, and decided as unknown; and the open one that is joined leads to another one if it lacked the bytes
   * @throws DetectError `busy`
   */
  async start(request: TaskRequest, also?: () => Promise<readonly Change[]>): Promise<TaskStart> {
    return changeUntilApplied(this.#setup.space, `the task of ${request.sha256}`, async () => {
      const others = (await also?.()) ?? [];
      const joined = await this.#join(request, also !== undefined);
      if (joined !== undefined) return { ...joined, changes: [...others, ...joined.changes] };
      const requirement = await this.requirementFor(request.taskType);
      if (requirement.length === 0 && also === undefined) return { changes: [], value: { status: "refused" } };
      const { taskId, changes } = planTask(this.#setup, request, requirement);
      return { changes: [...others, ...changes], value: { status: "started", taskId } };
    });
  }

  /**
   * The same for a sample that the library has, and that can be had now. Its record is put anew, so that whoever is about to remove the sample is refused.
   * @throws DetectError `busy`
   */
  async startAgain(
    asked: Pick<TaskRequest, "sha256" | "taskType" | "requester" | "priority" | "cause">,
  ): Promise<TaskStartAgain> {
    return changeUntilApplied<TaskStartAgain>(this.#setup.space, `the task of ${asked.sha256}`, async () => {
      const sample = await readSample(this.#setup.space, asked.sha256);
      if (sample === undefined || !isSampleKept(sample.value)) return { changes: [], value: { status: "refused" } };
      if (!isSampleHere(sample.value, this.#setup.addressOf)) return { changes: [], value: { status: "away" } };
      const { md5, sha1, size } = sample.value;
      const request = { ...asked, md5, sha1, size };
      const joined = await this.#join(request, false);
      if (joined !== undefined) return joined;
      const requirement = await this.requirementFor(asked.taskType);
      if (requirement.length === 0) return { changes: [], value: { status: "refused" } };
      const needed: Change = {
        ...{ type: "put", key: sampleKey(asked.sha256), value: sample.value, expectedVersion: sample.version },
      };
      const { taskId, changes } = planTask(this.#setup, request, requirement);
      return { changes: [needed, ...changes], value: { status: "started", taskId } };
    });
  }

  /** What a task of the type would require now. */
  async requirementFor(type: TaskType): Promise<Requirement> {
    const { space, policy } = this.#setup;
    return policy.requirementFor(type, await readOffers(space));
  }

  /** The id of the open task of an object. */
  async openTask(sha256: string, type: TaskType): Promise<string | undefined> {
    const record = await this.#setup.space.records.get(flightKey(sha256, type));
    return record === undefined ? undefined : parseFlight(record.value);
  }

  async #join(
    { sha256, taskType, requester }: Pick<TaskRequest, "sha256" | "taskType" | "requester">,
    isSubmitted: boolean,
  ): Promise<{ readonly changes: readonly Change[]; readonly value: TaskStart } | undefined> {
    const taskId = await this.openTask(sha256, taskType);
    const record = taskId === undefined ? undefined : await this.#setup.space.records.get(taskKey(taskId));
    const task = record === undefined ? undefined : parseTask(record.value);
    // Between the two reads it was decided, and maybe forgotten.
    if (taskId === undefined || record === undefined || task?.state !== "open") return undefined;
    const value = { status: "joined", taskId } as const;
    const next = joinedBy(taskId, task, requester, isSubmitted);
    if (next === task) return { changes: [], value };
    // A decision puts the record too: either it sees this requester, or this is refused and looked at again.
    const put: Change = { type: "put", key: taskKey(taskId), value: next, expectedVersion: record.version };
    return { changes: [put], value };
  }
}

/** The task with one more who waits for it. The same one where nothing has to be written for that. */
const joinedBy = (
  taskId: string,
  task: TaskRecord,
  requester: Requester | undefined,
  isSubmitted: boolean,
): TaskRecord => {
  if (requester === undefined) return task;
  const isTold = requester.callbackUrl !== undefined && !isKnown(task, requester);
  const isFirstAgain = isSubmitted && task.resubmittedBy === undefined;
  if (isTold && task.requesters.length >= mostRequesters) {
    const message = `${mostRequesters} requesters wait for task ${taskId}: ask again when it is decided`;
    throw new DetectError("busy", message, { retryable: true, ids: { task: taskId } });
  }
  if (!isTold && !isFirstAgain) return task;
  return {
    ...task,
    ...(isTold ? { requesters: [...task.requesters, requester] } : {}),
    ...(isFirstAgain ? { resubmittedBy: requester.source } : {}),
  };
};

const isKnown = ({ requesters }: TaskRecord, { source, callbackUrl }: Requester): boolean =>
  requesters.some((other) => other.source === source && other.callbackUrl === callbackUrl);
