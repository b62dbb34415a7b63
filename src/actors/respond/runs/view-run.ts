import { z } from "zod";
import type { ItemView, Space, StoredRecord } from "../../../store/index.ts";
import { runKey, runLogKey } from "../records/keys.ts";
import { itemOf, parseRunRecord, runView, type RunRecord } from "../records/run-record.ts";
import { runHasEnded, type RunView } from "../views.ts";
import { runQueue } from "../work.ts";
import { stepQuestions } from "./step-questions.ts";

/** A run as its record says, with the record's version. */
export interface StoredRun {
  readonly id: string;
  readonly run: RunRecord;
  readonly version: number;
}

export const readRun = async (space: Space, id: string): Promise<StoredRun | undefined> =>
  storedRun(id, await space.records.get(runKey(id)));

/** Those that are there, in this order. @param ids at most `bounds.changes` */
export const readRuns = async (space: Space, ids: readonly string[]): Promise<readonly StoredRun[]> => {
  const records = await space.records.getMany(ids.map(runKey));
  return ids.map((id, at) => storedRun(id, records[at])).filter((stored) => stored !== undefined);
};

const storedRun = (id: string, record: StoredRecord | undefined): StoredRun | undefined =>
  record === undefined ? undefined : { id, run: parseRunRecord(record.value), version: record.version };

const logRecord = z.array(
  z.strictObject({ atMs: z.number(), level: z.enum(["info", "warn", "error"]), text: z.string() }),
);

/** What the playbook logged last, as far as it is kept. */
export const readLog = async (space: Space, id: string): Promise<RunView["log"]> => {
  const record = await space.records.get(runLogKey(id));
  return record === undefined ? [] : logRecord.parse(record.value);
};

/**
 * Puts together what the store knows of a run: while it is under way, or goes on by itself, its queue item knows best. It sees no snapshot:
 * an end that comes meanwhile is seen or not.
 */
export const viewRun = async (space: Space, stored: StoredRun): Promise<RunView> => {
  const { id, run } = stored;
  if (runHasEnded(run.state)) return runView(id, run);
  if (run.state === "waiting") return waitingRun(space, stored);
  const item = await space.queue.get(runQueue, itemOf(id, run));
  if (item === undefined || item.status === "done" || item.status === "failed") {
    // It ended, or began to wait, between the reads.
    const later = (await readRun(space, id))?.run ?? run;
    return later.state === "waiting" ? waitingRun(space, { ...stored, run: later }) : runView(id, later);
  }
  return underWay(runView(id, run), item);
};

const waitingRun = async (space: Space, { id, run }: Pick<StoredRun, "id" | "run">): Promise<RunView> => {
  const { question, untilMs } = run;
  const item = untilMs === undefined ? undefined : await space.queue.get(runQueue, itemOf(id, run));
  if (item?.status === "dead") return deadRun(runView(id, run), item);
  return runView(id, run, question === undefined ? [] : await stepQuestions(space, id, question));
};

const underWay = (view: RunView, item: ItemView): RunView => {
  switch (item.status) {
    case "waiting":
    case "delayed":
    case "held":
      return { ...view, state: "queued" };
    case "dead":
      return deadRun(view, item);
    case "cancelled":
      return { ...view, state: "cancelled" };
    case "claimed":
    case "done":
    case "failed":
      return { ...view, state: "running" };
  }
};

const deadRun = (view: RunView, { lastError }: ItemView): RunView => ({
  ...{ ...view, state: "dead", question: undefined, untilMs: undefined },
  failure: { reason: "lost", message: lastError ?? "given up" },
});
