import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { DetectorAnswer, ScanFailure } from "../../../engines/malware/index.ts";
import { decide } from "../../../engines/malware/rules/index.ts";
import { StoreError, type Change, type Claim, type Space } from "../../../store/index.ts";
import { DetectError } from "../errors.ts";
import type { Policy } from "../library/policy.ts";
import { versionHash, type Offers } from "../records/offers-record.ts";
import { readOffers, readTask, type Read } from "../records/read.ts";
import type { TaskRecord } from "../records/task-record.ts";
import { storedDecision, type VerdictEntry } from "../records/verdict-record.ts";
import type { CentreSettings, DetectEvent } from "../setup.ts";
import { planTask } from "../tasks/plan-task.ts";
import { refreshOne } from "../tasks/refresh-work.ts";
import { deadlineQueue, defaultTaskPriority, parseTaskRef } from "../work.ts";
import { answersOfTask, type TaskAnswers } from "./answers-of-task.ts";
import { endTaskChanges } from "./end-task-changes.ts";
import type { Made } from "./made.ts";

export interface DecideSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<CentreSettings, "rule" | "retainMs" | "deadlineMs">;
  readonly policy: Policy;
  readonly notify: (event: DetectEvent) => void;
}

const mostTries = 12;
/** A verdict that lacks what failed in passing is made once more after this long. */
const onceMoreMs = 60_000;

/** Failures of what scans, and not of the object. */
const passingFailures: ReadonlySet<ScanFailure> = new Set<ScanFailure>([
  ...(["timeout", "unavailable", "garbage", "crashed", "missing-object", "failed"] as const),
]);

/**
 * Makes the decision of a task all of whose executions have ended. The verdict, the end of the task and the end of the item are one commit under
 * the claim and the version of the task: of any number of centres one makes it.
 */
export const decideTask = async (setup: DecideSetup, claim: Claim): Promise<void> => {
  const { space } = setup;
  const { taskId } = parseTaskRef(claim.body);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const task = await readTask(space, taskId);
    if (task?.value.state !== "open") {
      await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
      return;
    }
    const made = await make(setup, taskId, task.value);
    if (!(await written(setup, claim, task, made))) continue;
    await space.queue.cancel(deadlineQueue, [taskId]);
    return;
  }
  throw new DetectError("busy", `task ${taskId} was changed by others ${mostTries} times`, { retryable: true });
};

interface MadeOfTask extends Made, Pick<TaskAnswers, "keys"> {
  readonly offers: Offers;
  /** It lacked the bytes that somebody waits for, and that are here now: another task looks at them. */
  readonly isForNext: boolean;
}

const make = async (
  { space, clock, settings, policy }: DecideSetup,
  taskId: string,
  task: TaskRecord,
): Promise<MadeOfTask> => {
  const offers = await readOffers(space);
  const { given, absent, skipped, keys } = await answersOfTask(space, taskId, task.requirement);
  const answers = [...given, ...absent];
  const { rule } = settings;
  const decision = decide(rule, task.requirement, [...answers, ...skipped]);
  const decidedAtMs = clock.wallMs();
  const failures = answers.flatMap(({ result }) => (result.outcome === "error" ? [result.failure] : []));
  const lackedBytes = failures.includes("missing-object");
  const isForNext = lackedBytes && task.resubmittedBy !== undefined;
  const entry: VerdictEntry = {
    ...{ taskId, decidedAtMs, decision: storedDecision(decision), rule: policy.ruleHash },
    ...{ requirement: task.requirement, versions: versionsOf(given), epoch: offers.epoch },
    passing: failures.some((failure) => passingFailures.has(failure)),
    ...(isForNext || (lackedBytes && decision.trust === "unknown") ? { failed: true } : {}),
  };
  return { taskId, task, decidedAtMs, decision, entry, rule, answers, keys, offers, isForNext };
};

const versionsOf = (answers: readonly DetectorAnswer[]): VerdictEntry["versions"] => {
  const versions: Record<string, readonly string[]> = {};
  for (const answer of answers) {
    versions[answer.kind] = [...new Set([...(versions[answer.kind] ?? []), versionHash(answer)])];
  }
  return versions;
};

/** False: something that it was made from has changed. */
const written = async (
  setup: DecideSetup,
  claim: Claim,
  task: Read<TaskRecord>,
  made: MadeOfTask,
): Promise<boolean> => {
  const { space, settings, policy, notify } = setup;
  const { taskId, decidedAtMs, decision, entry, offers, isForNext } = made;
  const { sha256, taskType, createdAtMs } = task.value;
  const holds = (other: VerdictEntry): boolean => !policy.isStale(taskType, other, offers);
  const changes: readonly Change[] = [
    { type: "finish", claim, outcome: "done" },
    ...(await endTaskChanges(space, task, made, settings.retainMs, holds)),
    ...(isForNext ? nextTask(setup, task.value, offers) : afterwards(made, holds(entry))),
  ];
  try {
    await space.commit({ type: "claim", claim }, changes);
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
  const tookMs = Math.max(0, decidedAtMs - createdAtMs);
  notify({ type: "decided", taskId, sha256, taskType, trust: decision.trust, degraded: decision.degraded, tookMs });
  return true;
};

/** Forgets the answers. Lets it be decided anew if it does not hold or lacks something. */
const afterwards = ({ taskId, task, entry, keys, offers }: MadeOfTask, holds: boolean): readonly Change[] => [
  ...keys.map((key) => ({ type: "delete", key }) as const),
  // The detectors changed under it: once for each change.
  ...(holds || entry.failed === true ? [] : [refreshOne(task.sha256, task.taskType, `${offers.epoch}`, 0)]),
  ...(entry.passing && !task.refresh ? [refreshOne(task.sha256, task.taskType, taskId, onceMoreMs)] : []),
];

/** Looks at the bytes that came while this one failed for want of them. The old answers expire: one commit may not hold both. */
const nextTask = (
  { clock, random, settings, policy }: DecideSetup,
  { sha256, md5, sha1, size, taskType, name, resubmittedBy: source = "-" }: TaskRecord,
  offers: Offers,
): readonly Change[] => {
  const object = { sha256, md5, sha1, size, taskType, ...(name === undefined ? {} : { name }) };
  const request = { ...object, requester: { source }, priority: defaultTaskPriority };
  const { deadlineMs } = settings;
  return planTask({ clock, random, deadlineMs }, request, policy.requirementFor(taskType, offers)).changes;
};
