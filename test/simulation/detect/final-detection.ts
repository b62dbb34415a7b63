import { detectSpace } from "../../../src/actors/detect/index.ts";
import { parseTask, type TaskRecord } from "../../../src/actors/detect/records/task-record.ts";
import { openMemoryStore, type MemoryDatabase } from "../../../src/store/memory/index.ts";

const prefix = "task/";
const mostTasks = 1_000;

/** All tasks as the store has them, by id, past all faults. */
export const finalTasks = async (database: MemoryDatabase): Promise<ReadonlyMap<string, TaskRecord>> => {
  const { rows } = await openMemoryStore(database).space(detectSpace).records.list(prefix, { limit: mostTasks });
  return new Map(rows.map(({ key, value }) => [key.slice(prefix.length), parseTask(value)]));
};
