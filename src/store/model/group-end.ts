import { addFollowUp } from "./add.ts";
import { allEnded, isComplete, type GroupRow } from "./rows.ts";
import type { Unit } from "./unit.ts";

/**
 * Looks at every group that the operation touched, after all of its changes: a group that is complete adds its
 * `onComplete` item, once in its life, and is forgotten later.
 */
export const endGroups = (unit: Unit): void => {
  while (addFollowUps(unit));
  for (const name of unit.touchedGroups) {
    const group = unit.group(name);
    if (group !== undefined) keepExpiry(unit, name, group);
  }
  unit.touchedGroups.clear();
};

/** True if an item was added: it may be in a group itself. */
const addFollowUps = (unit: Unit): boolean => {
  let added = false;
  for (const name of unit.touchedGroups) {
    const group = unit.group(name);
    if (group?.onComplete === undefined || !isComplete(group)) continue;
    const { queue, item } = group.onComplete;
    unit.changeGroup(name).onComplete = undefined;
    addFollowUp(unit, queue, item);
    added = true;
  }
  return added;
};

const keepExpiry = (unit: Unit, name: string, group: Readonly<GroupRow>): void => {
  const ended = isComplete(group) || (group.cancelRequested && allEnded(group));
  if (ended === (group.expiresAtMs !== undefined)) return;
  if (group.expiresAtMs !== undefined) {
    unit.draft.remove(unit.keys.expiry(group.expiresAtMs, "group", name));
    unit.changeGroup(name).expiresAtMs = undefined;
    return;
  }
  const { retainMs, retainDeadMs } = unit.retention;
  const expiresAtMs = unit.nowMs + (group.dead > 0 ? Math.max(retainMs, retainDeadMs) : retainMs);
  unit.changeGroup(name).expiresAtMs = expiresAtMs;
  unit.draft.put(unit.keys.expiry(expiresAtMs, "group", name), "");
};
