import { scanSpace, storedFindings, subtaskQueue, taskQueue } from "../../src/actors/scan/index.ts";
import type { Space } from "../../src/store/index.ts";
import { openMemoryStore, type MemoryDatabase } from "../../src/store/memory/index.ts";
import type { FinalItem } from "./store-history.ts";
import type { Workload } from "./simulated-engine.ts";

/** Name of a subtask's item: what the task actor made of it. */
export const subtaskId = (taskId: string, index: number): string => `${taskId}.${String(index).padStart(6, "0")}`;

/** Looks at the truth, past all faults. */
export const directSpace = (database: MemoryDatabase): Space => openMemoryStore(database).space(scanSpace);

/** Every task and subtask of the workload as the store has it; those that the store does not know are left out. */
export const finalItems = async (space: Space, workload: Workload): Promise<readonly FinalItem[]> => {
  const dead = new Map<string, "failures" | "losses">();
  for (const queue of [taskQueue, subtaskQueue]) {
    const { rows } = await space.queue.deadLetters(queue, { limit: 1_000 });
    for (const letter of rows) dead.set(letter.id, letter.limit);
  }
  const items: FinalItem[] = [];
  const look = async (queue: string, id: string, findings: number): Promise<void> => {
    const item = await space.queue.get(queue, id);
    if (item === undefined) return;
    const { status, failures, losses } = item;
    items.push({ queue, id, status, failures, losses, deadBy: dead.get(id), findings });
  };
  for (const [taskId, subtasks] of workload.subtasks) {
    const findings = new Map<string, number>();
    for await (const { key } of storedFindings(space, taskId)) {
      const id = key.split("/")[2] ?? "";
      findings.set(id, (findings.get(id) ?? 0) + 1);
    }
    await look(taskQueue, taskId, 0);
    for (let index = 0; index < subtasks; index += 1) {
      const id = subtaskId(taskId, index);
      await look(subtaskQueue, id, findings.get(id) ?? 0);
    }
  }
  return items;
};
