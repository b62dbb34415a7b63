import type { Change, Space } from "../../../store/index.ts";
import { isFinding } from "../library/verdict-view.ts";
import { verdictChangeAdds } from "../events/verdict-change.ts";
import { aliasChanges } from "../records/alias-changes.ts";
import { historyKey, verdictDetailKey, verdictKey } from "../records/keys.ts";
import { readVerdict } from "../records/read.ts";
import {
  storedDecision,
  type DetailRecord,
  type PastRecord,
  type VerdictEntry,
  type VerdictRecord,
} from "../records/verdict-record.ts";
import { clipAnswers } from "./clip-answers.ts";
import type { Made } from "./made.ts";

/**
 * What a decision writes into the verdict library. One that lacks more than a verdict which still holds leaves that as it is, unless something
 * was found.
 * Refused if its records changed since they were read here.
 * @param holds whether a verdict is one that could be made now
 */
export const verdictChanges = async (
  space: Space,
  made: Made,
  retainMs: number,
  holds: (entry: VerdictEntry) => boolean,
): Promise<readonly Change[]> => {
  const { taskId, task, decidedAtMs, entry, rule, answers } = made;
  const { sha256, taskType, size, md5, sha1 } = task;
  const last = await readVerdict(space, sha256);
  const before = last?.value.types[taskType];
  const keeps = before !== undefined && holds(before) && lackOf(before) < lackOf(entry) && !isFinding(entry);
  const next = keeps ? before : entry;
  const verdict: VerdictRecord = { size, md5, sha1, types: { ...last?.value.types, [taskType]: next } };
  const detail = {
    taskId,
    rule,
    answers: clipAnswers(answers).map((answer) => ({ ...answer })),
  } satisfies DetailRecord;
  const past: PastRecord = { taskId, taskType, decidedAtMs, decision: storedDecision(made.decision) };
  const expiresInMs = retainMs;
  return [
    { type: "put", key: verdictKey(sha256), value: verdict, expectedVersion: last?.version ?? 0, expiresInMs },
    ...(keeps ? [] : [{ type: "put", key: verdictDetailKey(sha256, taskType), value: detail, expiresInMs } as const]),
    { type: "put", key: historyKey(sha256, decidedAtMs, taskId), value: past, expiresInMs },
    ...(await aliasChanges(space, { sha256, md5, sha1 }, retainMs)),
    ...verdictChangeAdds(made, last?.value, verdict),
  ];
};

/** How many answers are missing. */
const lackOf = ({ failed, decision }: VerdictEntry): number =>
  failed === true ? Infinity : decision.missing.reduce((sum, { required, answered }) => sum + required - answered, 0);
