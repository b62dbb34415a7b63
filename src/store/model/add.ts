import { StoreError } from "../errors.ts";
import { putBody } from "./body.ts";
import { forget, place } from "./item-state.ts";
import type { Item, PreparedItem } from "./rows.ts";
import type { Unit } from "./unit.ts";

/** Stores one item. False: the queue knows the id already, and nothing changed. */
export const addItem = (unit: Unit, queue: string, prepared: PreparedItem): boolean => {
  if (isKnown(unit, queue, prepared.id)) return false;
  const group = prepared.group === undefined ? undefined : unit.group(prepared.group);
  // Complete before this operation: one that ends the last item and adds another goes on.
  if (group?.sealed === true && group.expiresAtMs !== undefined && !group.cancelRequested) {
    throw new StoreError("invalid", `group ${String(prepared.group)} is complete: it takes no more items`, {
      ids: { queue, id: prepared.id },
    });
  }
  store(unit, queue, prepared);
  return true;
};

/** Adds the item that follows the end of a group. Nobody is there to refuse it to, so a complete group takes it too. */
export const addFollowUp = (unit: Unit, queue: string, prepared: PreparedItem): void => {
  if (!isKnown(unit, queue, prepared.id)) store(unit, queue, prepared);
};

const isKnown = (unit: Unit, queue: string, id: string): boolean => {
  const known = unit.item(queue, id);
  if (known === undefined) return false;
  if (known.expiresAtMs === undefined || known.expiresAtMs > unit.nowMs) return true;
  forget(unit, known);
  return false;
};

const store = (unit: Unit, queue: string, prepared: PreparedItem): void => {
  const item: Item = {
    queue,
    id: prepared.id,
    priority: prepared.priority,
    order: unit.nextOrder(),
    ...(prepared.group === undefined ? {} : { group: prepared.group }),
    addedAtMs: unit.nowMs,
    status: "waiting",
    dueMs: prepared.delayMs > 0 ? unit.nowMs + prepared.delayMs : undefined,
    failures: 0,
    losses: 0,
    claims: 0,
  };
  if (item.group !== undefined) {
    unit.changeGroup(item.group).planned += 1;
    unit.draft.put(unit.keys.member(item.group, item.order), `${queue}/${item.id}`);
  }
  putBody(unit, item, prepared.body);
  place(unit, item, true);
};
