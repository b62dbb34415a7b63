import type { DetectorAnswer } from "../../../engines/malware/index.ts";
import { couldChange } from "../../../engines/malware/rules/index.ts";
import type { Space } from "../../../store/index.ts";
import { parseAnswer } from "../records/answer-record.ts";
import { answersOf } from "../records/keys.ts";
import { readTask } from "../records/read.ts";
import type { CentreSettings } from "../setup.ts";
import { executionId, kindQueue, skippedResult } from "../work.ts";

export interface SkipSetup {
  readonly space: Space;
  readonly owner: string;
  readonly settings: Pick<CentreSettings, "rule">;
}

const leaseMs = 30_000;

/**
 * Ends the executions of a task that nobody has begun and that could not change its verdict whatever they said (AV-13). They are claimed for
 * that, so that none is ended under a relay's hands.
 */
export const skipExecutions = async ({ space, owner, settings }: SkipSetup, taskId: string): Promise<void> => {
  const task = (await readTask(space, taskId))?.value;
  if (task?.state !== "open") return;
  const { rows } = await space.records.list(answersOf(taskId), { limit: mostAnswers });
  const answers: readonly DetectorAnswer[] = rows.map(({ value }) => parseAnswer(value).answer);
  for (const { kind, count } of task.requirement) {
    if (couldChange(settings.rule, task.requirement, answers, kind)) continue;
    const { claims } = await space.queue.claim({
      ...{ queue: kindQueue(kind), owner: `${owner}/skip`, slots: count, leaseMs, holding: 0 },
      ids: Array.from({ length: count }, (_, nth) => executionId(taskId, nth)),
    });
    const skipped = claims.map(
      (claim) => ({ type: "finish", claim, outcome: "failed", result: skippedResult }) as const,
    );
    if (skipped.length > 0) await space.commit(undefined, skipped);
  }
};

/** 16 kinds, 32 of each. */
const mostAnswers = 512;
