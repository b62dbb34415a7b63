import type { Change } from "../../../store/index.ts";
import { runQueue } from "../work.ts";
import { cancellingKey, givenAnswersKey, runEndKey, runKey, runTimeKey, waitingKey } from "./keys.ts";
import { itemOf, type RunRecord } from "./run-record.ts";
import { subjectChanges, type RunSubject } from "./run-subject.ts";

export type NewRun = Pick<RunRecord, "event" | "playbook" | "priority" | "createdAtMs"> &
  Partial<Pick<RunRecord, "binding" | "retryOf" | "trace">>;

/**
 * Everything that making a run writes, for one commit: its queue item, what it is about, where it stands, and where it is listed. A commit
 * with them is refused (`version-conflict`) when the id is known.
 */
export const newRunChanges = (id: string, run: NewRun, subject: RunSubject): readonly Change[] => {
  const record: RunRecord = {
    ...run,
    state: "queued",
    executions: 0,
    steps: { started: 0, done: 0, failed: 0 },
    resumes: 0,
  };
  return [
    { type: "put", key: runKey(id), value: record, expectedVersion: 0 },
    ...subjectChanges(id, subject),
    { type: "put", key: runTimeKey(run.createdAtMs, id), value: null },
    itemChange(id, record),
  ];
};

/** Adds the queue item that executes the run, not before `delayMs` are over. */
export const itemChange = (
  id: string,
  run: Pick<RunRecord, "resumes" | "priority" | "trace">,
  delayMs?: number,
): Change => ({
  type: "add",
  queue: runQueue,
  item: {
    id: itemOf(id, run),
    body: { run: id, ...(run.trace === undefined ? {} : { trace: run.trace }) },
    priority: run.priority,
    ...(delayMs === undefined ? {} : { delayMs }),
  },
});

/**
 * Writes down that a run has ended.
 * @param expectedVersion of its record; absent: the commit is guarded by the claim on the run
 */
export const endRunChanges = (
  id: string,
  run: RunRecord & { readonly endedAtMs: number },
  expectedVersion?: number,
): readonly Change[] => [
  { type: "put", key: runKey(id), value: run, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
  { type: "put", key: runEndKey(run.endedAtMs, id), value: null },
  { type: "delete", key: waitingKey(id) },
  { type: "delete", key: cancellingKey(id) },
  { type: "delete", key: givenAnswersKey(id) },
];
