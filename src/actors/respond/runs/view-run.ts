import { z } from "zod";
import type { ItemView, Space } from "../../../store/index.ts";
import { runKey, runLogKey } from "../records/keys.ts";
import { itemOf, parseRunRecord, runView, type RunRecord } from "../records/run-record.ts";
import { runHasEnded, type RunView } from "../views.ts";
import { runQueue } from "../work.ts";

/** A run as its record says, with the record's version. */
export interface StoredRun {
  readonly id: string;
  readonly run: RunRecord;
  readonly version: number;
}

export const readRun = async (space: Space, id: string): Promise<StoredRun | undefined> => {
  const record = await space.records.get(runKey(id));
  return record === undefined ? undefined : { id, run: parseRunRecord(record.value), version: record.version };
};

const logRecord = z.array(
  z.strictObject({ atMs: z.number(), level: z.enum(["info", "warn", "error"]), text: z.string() }),
);

/** What the playbook logged last, as far as it is kept. */
export const readLog = async (space: Space, id: string): Promise<RunView["log"]> => {
  const record = await space.records.get(runLogKey(id));
  return record === undefined ? [] : logRecord.parse(record.value);
};

/**
 * Puts together what the store knows of a run: while it is under way its queue item knows best. It sees no snapshot: an end that comes
 * meanwhile is seen or not.
 */
export const viewRun = async (space: Space, stored: StoredRun): Promise<RunView> => {
  const { id, run } = stored;
  if (run.state === "waiting" || runHasEnded(run.state)) return runView(id, run);
  const item = await space.queue.get(runQueue, itemOf(id, run));
  if (item === undefined || item.status === "done" || item.status === "failed") {
    // It ended between the reads.
    const later = await readRun(space, id);
    return runView(id, later?.run ?? run);
  }
  return underWay(id, run, item);
};

const underWay = (id: string, run: RunRecord, { status, lastError }: ItemView): RunView => {
  const view = runView(id, run);
  switch (status) {
    case "waiting":
    case "delayed":
    case "held":
      return { ...view, state: "queued" };
    case "dead":
      return { ...view, state: "dead", failure: { reason: "lost", message: lastError ?? "given up" } };
    case "cancelled":
      return { ...view, state: "cancelled" };
    case "claimed":
    case "done":
    case "failed":
      return { ...view, state: "running" };
  }
};
