import { scanSpace, subtaskQueue, taskQueue } from "../../src/actors/scan/index.ts";
import { findingPrefix } from "../../src/actors/scan/records/keys.ts";
import type { Space } from "../../src/store/index.ts";
import { openMemoryStore, type MemoryDatabase } from "../../src/store/memory/index.ts";
import type { FinalItem, StoreEvent } from "./store-history.ts";

/** Looks at the truth, past all faults. */
export const directSpace = (database: MemoryDatabase): Space => openMemoryStore(database).space(scanSpace);

/** An item that the store has accepted at some time. */
interface Accepted {
  readonly queue: string;
  readonly id: string;
  readonly taskId: string;
  readonly templates: readonly string[];
}

const acceptedItems = (history: readonly StoreEvent[]): readonly Accepted[] => {
  const items = new Map<string, Accepted>();
  for (const event of history) {
    if (event.type !== "committed" || event.space !== scanSpace) continue;
    for (const change of event.changes) {
      if (change.type !== "add") continue;
      const { queue, item } = change;
      const body = item.body as { readonly taskId?: string; readonly templates?: readonly string[] };
      const { taskId = item.id, templates = [] } = body;
      items.set(`${queue}/${item.id}`, { queue, id: item.id, taskId, templates });
    }
  }
  return [...items.values()];
};

/** Subtasks that ended by being cut into parts. */
const splitItems = (history: readonly StoreEvent[]): ReadonlySet<string> =>
  new Set(
    history.flatMap((event) => {
      if (event.type !== "committed" || event.space !== scanSpace) return [];
      const parts = event.changes.some((change) => change.type === "add");
      return event.changes.flatMap((change) => (change.type === "finish" && parts ? [change.claim.id] : []));
    }),
  );

/** Whether all of these scans have ended: cheaper than a look at all that they consist of. */
export const haveEnded = async (space: Space, taskIds: Iterable<string>): Promise<boolean> => {
  for (const id of taskIds) {
    const status = (await space.queue.get(taskQueue, id))?.status;
    if (status !== "done" && status !== "failed" && status !== "cancelled" && status !== "dead") return false;
  }
  return true;
};

/** Every item that was accepted as the store has it now; those that the store does not know are left out. */
export const finalItems = async (space: Space, history: readonly StoreEvent[]): Promise<readonly FinalItem[]> => {
  const dead = new Map<string, "failures" | "losses">();
  for (const queue of [taskQueue, subtaskQueue]) {
    const { rows } = await space.queue.deadLetters(queue, { limit: 1_000 });
    for (const letter of rows) dead.set(letter.id, letter.limit);
  }
  const split = splitItems(history);
  const items: FinalItem[] = [];
  for (const { queue, id, taskId, templates } of acceptedItems(history)) {
    const item = await space.queue.get(queue, id);
    if (item === undefined) continue;
    const { status, failures, losses } = item;
    const { rows } = await space.records.list(`${findingPrefix(taskId)}${id}/`, { limit: 1_000 });
    const findings = queue === subtaskQueue ? rows.length : 0;
    const [deadBy, wasSplit] = [dead.get(id), queue === subtaskQueue && split.has(id)];
    items.push({ queue, id, status, failures, losses, deadBy, taskId, templates, split: wasSplit, findings });
  }
  return items;
};
