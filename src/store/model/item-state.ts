import { dropBody } from "./body.ts";
import { hasEnded, type ClaimRow, type Item } from "./rows.ts";
import type { Unit } from "./unit.ts";

/**
 * The states of an item and the index row that each has. Every move goes through here: out of the old index, the
 * counters, into the new index, the item's row.
 *
 *   waiting, delayed, held  --claim-->  claimed  --finish, cancel, retry limit-->  done, failed, cancelled, dead
 *          ^------------- release, claim ran out -----|                                             |
 *          ^--------------------------------- replay -----------------------------------------------|
 */

/** Puts an item that has not ended, and that nobody holds, where it belongs now. */
export const place = (unit: Unit, item: Item, isNew = false): void => {
  const group = item.group === undefined ? undefined : unit.group(item.group);
  if (!isNew) leave(unit, item);
  const from = isNew ? undefined : item.status;
  if (group?.cancelRequested === true) {
    settle(unit, item, from, "cancelled");
    return;
  }
  item.claim = undefined;
  if (group?.held === true) item.status = "held";
  else if (item.dueMs !== undefined && item.dueMs > unit.nowMs) {
    item.status = "delayed";
    unit.draft.put(unit.keys.delayed(item.queue, item.dueMs, item.order), item.id);
  } else {
    item.status = "waiting";
    item.dueMs = undefined;
    unit.draft.put(unit.keys.waiting(item.queue, item.priority, item.order), item.id);
  }
  unit.count(item.queue, from, item.status);
  unit.putItem(item);
  unit.revision();
};

/** Hands an item that nobody holds to an owner. */
export const hold = (unit: Unit, item: Item, claim: ClaimRow): void => {
  leave(unit, item);
  unit.count(item.queue, item.status, "claimed");
  item.status = "claimed";
  item.dueMs = undefined;
  item.claims += 1;
  item.claim = claim;
  unit.draft.put(unit.keys.claimed(item.queue, claim.deadlineMs, claim.token), item.id);
  if (claim.alone === true) unit.draft.put(unit.keys.alone(claim.owner), `${item.queue}/${item.id}`);
  unit.putItem(item);
};

/** Moves the deadline of a claim. */
export const prolong = (unit: Unit, item: Item, claim: ClaimRow, deadlineMs: number): void => {
  unit.draft.remove(unit.keys.claimed(item.queue, claim.deadlineMs, claim.token));
  unit.draft.put(unit.keys.claimed(item.queue, deadlineMs, claim.token), item.id);
  item.claim = { ...claim, deadlineMs };
  unit.putItem(item);
};

/** Ends an item that has not ended. */
export const end = (unit: Unit, item: Item, outcome: "done" | "failed" | "cancelled" | "dead"): void => {
  leave(unit, item);
  settle(unit, item, item.status, outcome);
};

/** Puts a dead item back. */
export const revive = (unit: Unit, item: Item): void => {
  if (item.group !== undefined) {
    const group = unit.changeGroup(item.group);
    if (group.dead > 0) group.dead -= 1;
    else group.planned += 1;
    unit.draft.put(unit.keys.member(item.group, item.order), `${item.queue}/${item.id}`);
  }
  item.failures = 0;
  item.losses = 0;
  place(unit, item);
};

/** Forgets an item that has ended. */
export const forget = (unit: Unit, item: Item): void => {
  const { keys, draft } = unit;
  leave(unit, item);
  unit.count(item.queue, item.status, undefined);
  draft.remove(keys.item(item.queue, item.id));
  dropBody(unit, item);
  dropCheckpoint(unit, item);
  draft.remove(keys.result(item.queue, item.id));
};

const settle = (
  unit: Unit,
  item: Item,
  from: Item["status"] | undefined,
  outcome: "done" | "failed" | "cancelled" | "dead",
): void => {
  const { keys, draft, nowMs, retention } = unit;
  item.status = outcome;
  item.claim = undefined;
  item.dueMs = undefined;
  item.endedAtMs = nowMs;
  item.expiresAtMs = nowMs + (outcome === "dead" ? retention.retainDeadMs : retention.retainMs);
  draft.put(keys.expiry(item.expiresAtMs, "item", `${item.queue}/${item.id}`), "");
  if (outcome === "dead") {
    draft.put(keys.dead(item.queue, nowMs, item.order), item.id);
  } else {
    // A dead letter keeps what a replay needs.
    dropBody(unit, item);
    dropCheckpoint(unit, item);
  }
  if (item.group !== undefined) {
    unit.changeGroup(item.group)[outcome] += 1;
    draft.remove(keys.member(item.group, item.order));
  }
  unit.count(item.queue, from, outcome);
  unit.putItem(item);
  unit.revision();
};

const dropCheckpoint = (unit: Unit, item: Item): void => {
  if (item.hasCheckpoint !== true) return;
  unit.draft.remove(unit.keys.checkpoint(item.queue, item.id));
  item.hasCheckpoint = undefined;
};

/** The owner may run another item alone by now: this claim can have run out long before anyone takes it back. */
const leaveAlone = (unit: Unit, item: Item, owner: string): void => {
  const key = unit.keys.alone(owner);
  if (unit.draft.get(key) === `${item.queue}/${item.id}`) unit.draft.remove(key);
};

/** Takes an item out of the index of its state. */
const leave = (unit: Unit, item: Item): void => {
  const { keys, draft } = unit;
  if (item.status === "waiting") draft.remove(keys.waiting(item.queue, item.priority, item.order));
  if (item.status === "delayed" && item.dueMs !== undefined) {
    draft.remove(keys.delayed(item.queue, item.dueMs, item.order));
  }
  if (item.status === "claimed" && item.claim !== undefined) {
    draft.remove(keys.claimed(item.queue, item.claim.deadlineMs, item.claim.token));
    if (item.claim.alone === true) leaveAlone(unit, item, item.claim.owner);
  }
  if (hasEnded(item.status) && item.expiresAtMs !== undefined && item.endedAtMs !== undefined) {
    draft.remove(keys.expiry(item.expiresAtMs, "item", `${item.queue}/${item.id}`));
    if (item.status === "dead") draft.remove(keys.dead(item.queue, item.endedAtMs, item.order));
    item.expiresAtMs = undefined;
    item.endedAtMs = undefined;
    item.limit = undefined;
  }
};
