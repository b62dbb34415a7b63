import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Requirement, TaskType } from "../../../engines/malware/index.ts";
import type { Change, Space } from "../../../store/index.ts";
import { DetectError } from "../errors.ts";
import type { Policy } from "../library/policy.ts";
import { flightKey, sampleKey, taskKey } from "../records/keys.ts";
import { readOffers, readSample } from "../records/read.ts";
import { isSampleHere } from "../records/sample-record.ts";
import { mostRequesters, parseFlight, parseTask, type Requester, type TaskRecord } from "../records/task-record.ts";
import { changeUntilApplied } from "./change-until-applied.ts";
import { taskChanges } from "./task-changes.ts";

export interface TaskRequest {
  readonly sha256: string;
  readonly md5: string;
  readonly sha1: string;
  readonly size: number;
  readonly taskType: TaskType;
  readonly name?: string;
  /** Absent: nobody asked for it. */
  readonly requester?: Requester;
  /** 0 … 255, lower first. */
  readonly priority: number;
}

/** `joined`: another one for the same object was open. `refused`: there is no detector for it anywhere, or its sample is gone. */
export type TaskStart =
  { readonly status: "started" | "joined"; readonly taskId: string } | { readonly status: "refused" };

interface TasksSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
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
   * @param also what is written in the same commit, read anew for each try; with it a task is started even though no detector is there, and
   *   decided as unknown
   * @throws DetectError `busy`
   */
  async start(request: TaskRequest, also?: () => Promise<readonly Change[]>): Promise<TaskStart> {
    return changeUntilApplied(this.#setup.space, `the task of ${request.sha256}`, async () => {
      const others = (await also?.()) ?? [];
      const joined = await this.#join(request);
      if (joined !== undefined) return { ...joined, changes: [...others, ...joined.changes] };
      const requirement = await this.requirementFor(request.taskType);
      if (requirement.length === 0 && also === undefined) return { changes: [], value: { status: "refused" } };
      const { taskId, changes } = this.#plan(request, requirement);
      return { changes: [...others, ...changes], value: { status: "started", taskId } };
    });
  }

  /**
   * The same for a sample that the library has. Its record is put anew, so that whoever is about to remove the sample is refused.
   * @throws DetectError `busy`
   */
  async startAgain(asked: Pick<TaskRequest, "sha256" | "taskType" | "requester" | "priority">): Promise<TaskStart> {
    return changeUntilApplied(this.#setup.space, `the task of ${asked.sha256}`, async () => {
      const sample = await readSample(this.#setup.space, asked.sha256);
      if (sample === undefined || !isSampleHere(sample.value)) return { changes: [], value: { status: "refused" } };
      const { md5, sha1, size } = sample.value;
      const request = { ...asked, md5, sha1, size };
      const joined = await this.#join(request);
      if (joined !== undefined) return joined;
      const requirement = await this.requirementFor(asked.taskType);
      if (requirement.length === 0) return { changes: [], value: { status: "refused" } };
      const needed: Change = {
        ...{ type: "put", key: sampleKey(asked.sha256), value: sample.value, expectedVersion: sample.version },
      };
      const { taskId, changes } = this.#plan(request, requirement);
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
    request: TaskRequest,
  ): Promise<{ readonly changes: readonly Change[]; readonly value: TaskStart } | undefined> {
    const taskId = await this.openTask(request.sha256, request.taskType);
    const record = taskId === undefined ? undefined : await this.#setup.space.records.get(taskKey(taskId));
    // Between the two reads it was decided and forgotten.
    if (taskId === undefined || record === undefined) return undefined;
    const value = { status: "joined", taskId } as const;
    const { requester } = request;
    const task = parseTask(record.value);
    if (requester?.callbackUrl === undefined || isKnown(task, requester)) return { changes: [], value };
    if (task.requesters.length >= mostRequesters) {
      throw new DetectError(
        "busy",
        `${mostRequesters} requesters wait for task ${taskId}: ask again when it is decided`,
        {
          retryable: true,
          ids: { task: taskId },
        },
      );
    }
    // A decision puts the record too: either it sees this requester, or this is refused and looked at again.
    const next: TaskRecord = { ...task, requesters: [...task.requesters, requester] };
    const put: Change = { type: "put", key: taskKey(taskId), value: next, expectedVersion: record.version };
    return { changes: [put], value };
  }

  #plan(
    request: TaskRequest,
    requirement: Requirement,
  ): { readonly taskId: string; readonly changes: readonly Change[] } {
    const { clock, random, deadlineMs } = this.#setup;
    const { requester, priority, name, ...object } = request;
    const task: TaskRecord = {
      state: "open",
      ...object,
      ...(name === undefined ? {} : { name }),
      requirement,
      createdAtMs: clock.wallMs(),
      refresh: requester === undefined,
      requesters: requester === undefined ? [] : [requester],
    };
    const taskId = newTaskId(random);
    return { taskId, changes: taskChanges(taskId, task, priority, deadlineMs) };
  }
}

const isKnown = ({ requesters }: TaskRecord, { source, callbackUrl }: Requester): boolean =>
  requesters.some((other) => other.source === source && other.callbackUrl === callbackUrl);

const newTaskId = (random: Random): string => {
  const words = Array.from({ length: 4 }, () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  );
  return `t-${words.join("")}`;
};
