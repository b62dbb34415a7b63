import type { DetectorAnswer } from "../../../engines/malware/index.ts";
import { StoreError, type Change, type Space } from "../../../store/index.ts";
import type { TaskClaim, TaskSummary } from "../centre-port.ts";
import { parseAnswer } from "../records/answer-record.ts";
import { answerKey } from "../records/keys.ts";
import { claimRef } from "./claim-owner.ts";

/** One execution that ends, or goes back. */
interface Step {
  readonly claim: TaskClaim;
  /** Of its answer. Absent: it goes back. */
  readonly key?: string;
  readonly changes: readonly Change[];
}

/** `stale`: the claim is not held any more. `said`: this detector has an answer of this task. */
type Outcome = "applied" | "stale" | "said";

/** An execution whose answer did not count waits so long for a different detector. */
const anotherDetectorMs = 2_000;

/**
 * Writes down what the detectors of one host said of one task: each answer in the commit that ends its execution. Said again, it changes nothing.
 * A second answer of one detector counts nothing either, such as one to a relay that began another life and does not know of the first: its
 * execution goes back, for a different detector.
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
    ...answers.map(({ claim, answer }) => answered(claim, { ...answer, host }, keepMs)),
    ...givenBack.map(({ claim, reason, delayMs, message }): Step => {
      const error = message.slice(0, 500);
      return { claim, changes: [{ type: "release", claim: claimRef(claim), reason, delayMs, error }] };
    }),
  ];
  const isHeld = steps.every(({ claim }) => held.has(claim));
  if (isHeld && steps.length > 1 && (await write(space, steps)) === "applied") return [];
  // One of them does not count, or there is only one: each by itself.
  const lost: TaskClaim[] = [];
  for (const step of steps) {
    if (held.has(step.claim) && (await counted(space, step))) continue;
    if (!(await wasTaken(space, step))) lost.push(step.claim);
  }
  return lost;
};

const answered = (claim: TaskClaim, answer: DetectorAnswer, keepMs: number): Step => {
  const { taskId, nth, token } = claim;
  const key = answerKey(taskId, answer);
  const value = { nth, token, answer: { ...answer } };
  return {
    claim,
    key,
    changes: [
      { type: "finish", claim: claimRef(claim), outcome: "done" },
      { type: "put", key, value, expectedVersion: 0, expiresInMs: keepMs },
    ],
  };
};

/** False: the claim is lost. */
const counted = async (space: Space, step: Step): Promise<boolean> => {
  const outcome = await write(space, [step]);
  if (outcome !== "said") return outcome === "applied";
  const claim = claimRef(step.claim);
  const release: Change = { type: "release", claim, reason: "returned", delayMs: anotherDetectorMs };
  return (await write(space, [{ claim: step.claim, changes: [release] }])) === "applied";
};

const write = async (space: Space, steps: readonly Step[]): Promise<Outcome> => {
  try {
    await space.commit(
      undefined,
      steps.flatMap(({ changes }) => changes),
    );
    return "applied";
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "stale-guard") return "stale";
    if (error.code === "version-conflict") return "said";
    throw error;
  }
};

/** The answer under this claim is written down: the relay did not hear of it. */
const wasTaken = async (space: Space, { claim, key }: Step): Promise<boolean> => {
  const record = key === undefined ? undefined : await space.records.get(key);
  return record !== undefined && parseAnswer(record.value).token === claim.token;
};
