import type { DetectorAnswer } from "../../../engines/malware/index.ts";
import { StoreError, type Change, type Space } from "../../../store/index.ts";
import type { TaskClaim, TaskSummary } from "../centre-port.ts";
import { parseAnswer } from "../records/answer-record.ts";
import { answerKey } from "../records/keys.ts";
import { claimRef } from "./claim-owner.ts";

/** One execution that ends, or goes back. */
interface Step {
  readonly claim: TaskClaim;
  readonly changes: readonly Change[];
}

/**
 * Writes down what the detectors of one host said of one task: each answer in the commit that ends its execution. Said again, it changes nothing.
 * @param host the relay's own, whatever the answers name
 * @param held the claims that the relay has: nothing is written under any other
 * @param keepMs how long an answer is kept if its task is never decided
 * @returns the claims that were lost before
 */
export const reportSummary = async (
  space: Space,
  host: string,
  { answers, givenBack }: TaskSummary,
  held: ReadonlySet<TaskClaim>,
  keepMs: number,
): Promise<readonly TaskClaim[]> => {
  const steps: readonly Step[] = [
    ...answers.map(({ claim, answer }) => ({ claim, changes: answered(claim, { ...answer, host }, keepMs) })),
    ...givenBack.map(({ claim, reason, delayMs, message }): Step => {
      const error = message.slice(0, 500);
      return { claim, changes: [{ type: "release", claim: claimRef(claim), reason, delayMs, error }] };
    }),
  ];
  const isHeld = steps.every(({ claim }) => held.has(claim));
  if (isHeld && steps.length > 1 && (await applied(space, steps))) return [];
  // One of them was lost, or there is only one: each by itself.
  const lost: TaskClaim[] = [];
  for (const step of steps) {
    if (held.has(step.claim) && (await applied(space, [step]))) continue;
    if (!(await wasTaken(space, step.claim))) lost.push(step.claim);
  }
  return lost;
};

const answered = (claim: TaskClaim, answer: DetectorAnswer, keepMs: number): readonly Change[] => [
  { type: "finish", claim: claimRef(claim), outcome: "done" },
  {
    ...{ type: "put", key: answerKey(claim.taskId, claim.kind, claim.nth), expiresInMs: keepMs },
    value: { token: claim.token, answer: { ...answer } },
  },
];

const applied = async (space: Space, steps: readonly Step[]): Promise<boolean> => {
  try {
    await space.commit(
      undefined,
      steps.flatMap(({ changes }) => changes),
    );
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "stale-guard") return false;
    throw error;
  }
};

/** The answer under this claim is written down: the relay did not hear of it. */
const wasTaken = async (space: Space, { taskId, kind, nth, token }: TaskClaim): Promise<boolean> => {
  const record = await space.records.get(answerKey(taskId, kind, nth));
  return record !== undefined && parseAnswer(record.value).token === token;
};
