import type { Change, Space } from "../../../store/index.ts";
import { flightKey, taskKey } from "../records/keys.ts";
import type { Read } from "../records/read.ts";
import type { TaskRecord } from "../records/task-record.ts";
import type { VerdictEntry } from "../records/verdict-record.ts";
import { callbackAdd } from "../tasks/callback-add.ts";
import type { Made } from "./made.ts";
import { verdictChanges } from "./verdict-changes.ts";

/**
 * What ends an open task, for one commit: its record, its object free for the next one, the verdict, and the calls to those who wait for it.
 * Refused (`version-conflict`) if somebody has joined it or ended it since it was read.
 * @param holds whether a verdict is one that could be made now
 */
export const endTaskChanges = async (
  space: Space,
  { value: task, version }: Read<TaskRecord>,
  made: Made,
  retainMs: number,
  holds: (entry: VerdictEntry) => boolean,
): Promise<readonly Change[]> => {
  const { taskId } = made;
  const { sha256, taskType, requesters } = task;
  const decided: TaskRecord = { ...task, state: "decided" };
  return [
    { type: "put", key: taskKey(taskId), value: decided, expectedVersion: version, expiresInMs: retainMs },
    { type: "delete", key: flightKey(sha256, taskType) },
    ...(await verdictChanges(space, made, retainMs, holds)),
    ...requesters.flatMap(({ callbackUrl }) =>
      callbackUrl === undefined ? [] : [callbackAdd(sha256, taskId, callbackUrl)],
    ),
  ];
};
