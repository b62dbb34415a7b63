import type { DetectorAnswer, Requirement, ScanFailure } from "../../../engines/malware/index.ts";
import type { ItemView, Space } from "../../../store/index.ts";
import { missingObjectPrefix } from "../centre-port.ts";
import { parseAnswer, type AnswerRecord } from "../records/answer-record.ts";
import { answersOf } from "../records/keys.ts";
import { executionId, kindQueue, skippedResult } from "../work.ts";

/** How the executions of a task ended. */
export interface TaskAnswers {
  /** What detectors said. */
  readonly given: readonly DetectorAnswer[];
  /** For each execution that nobody answered, why. */
  readonly absent: readonly DetectorAnswer[];
  /** For each execution that was skipped because it could not change the verdict, as if it knew nothing. */
  readonly skipped: readonly DetectorAnswer[];
  /** The records that hold what was said. */
  readonly keys: readonly string[];
}

/** All that is known about the executions of a task which have ended. */
export const answersOfTask = async (space: Space, taskId: string, requirement: Requirement): Promise<TaskAnswers> => {
  const prefix = answersOf(taskId);
  const given = new Map<string, AnswerRecord>();
  let after: string | undefined;
  do {
    const page = await space.records.list(prefix, after === undefined ? {} : { after });
    for (const { key, value } of page.rows) given.set(key, parseAnswer(value));
    after = page.next;
  } while (after !== undefined);
  const answered = new Set([...given.values()].map(({ nth, answer }) => `${answer.kind}/${nth}`));
  const unanswered = requirement.flatMap(({ kind, count }) =>
    Array.from({ length: count }, (_, nth) => ({ kind, nth })).filter(({ nth }) => !answered.has(`${kind}/${nth}`)),
  );
  const others = await Promise.all(
    unanswered.map(async ({ kind, nth }) =>
      withoutAnswer(kind, await space.queue.get(kindQueue(kind), executionId(taskId, nth))),
    ),
  );
  const isSkipped = ({ result }: DetectorAnswer): boolean => result.outcome === "no-opinion";
  return {
    given: [...given.values()].map(({ answer }) => answer),
    absent: others.filter((answer) => !isSkipped(answer)),
    skipped: others.filter(isSkipped),
    keys: [...given.keys()],
  };
};

const nobody = { detector: "-", host: "-", engineVersion: "-", signatureVersion: "-", tookMs: 0 } as const;

const withoutAnswer = (kind: string, item: ItemView | undefined): DetectorAnswer => {
  if (item?.status === "failed" && item.result === skippedResult) {
    return { kind, ...nobody, result: { outcome: "no-opinion" } };
  }
  const [failure, message] = reasonOf(item);
  return { kind, ...nobody, result: { outcome: "error", failure, message: message.slice(0, 500) } };
};

const reasonOf = (item: ItemView | undefined): readonly [ScanFailure, string] => {
  if (item?.status === "cancelled") return ["timeout", "no answer before the deadline of the task"];
  const isDead = item?.status === "dead";
  const given = item?.status === "failed" && typeof item.result === "string" ? item.result : undefined;
  const said = isDead ? item.lastError : given;
  if (said?.startsWith(missingObjectPrefix) === true) return ["missing-object", said.slice(missingObjectPrefix.length)];
  if (isDead) return ["crashed", said ?? "given up: its relays were lost too often"];
  return ["unavailable", said ?? "no detector could take it"];
};
