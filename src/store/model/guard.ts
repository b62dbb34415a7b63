import { unreachable } from "../../base/unreachable.ts";
import { StoreError } from "../errors.ts";
import type { ClaimRef, Guard, LeaseRef, RecordRef } from "../ports.ts";
import { versionOf } from "./records.ts";
import { read, type ClaimRow, type Item, type LeaseRow } from "./rows.ts";
import type { Unit } from "./unit.ts";

/** An item and the live claim on it. */
export interface Held {
  readonly item: Item;
  readonly claim: ClaimRow;
}

/** The item of a claim that still stands: the latest, not run out, its group not cancelled. */
export const findHeld = (unit: Unit, ref: ClaimRef): Held | undefined => {
  const item = unit.item(ref.queue, ref.id);
  const claim = item?.claim;
  if (item === undefined || claim?.token !== ref.token || claim.deadlineMs <= unit.nowMs) return undefined;
  if (item.group !== undefined && unit.group(item.group)?.cancelRequested === true) return undefined;
  return { item, claim };
};

/** The same, or the operation is refused. */
export const requireHeld = (unit: Unit, ref: ClaimRef): Held => {
  const held = findHeld(unit, ref);
  if (held === undefined) {
    throw new StoreError("stale-guard", `the claim on ${ref.queue}/${ref.id} is no longer held`, {
      ids: { queue: ref.queue, id: ref.id, token: ref.token },
    });
  }
  return held;
};

/** The row of a lease that still stands. */
export const findLease = (unit: Unit, ref: LeaseRef): LeaseRow | undefined => {
  const text = unit.draft.get(unit.keys.lease(ref.name));
  const row = text === undefined ? undefined : read.lease(text);
  return row !== undefined && row.token === ref.token && row.deadlineMs > unit.nowMs ? row : undefined;
};

/** Refuses the operation unless its guard stands. */
export const requireGuard = (unit: Unit, guard: Guard): void => {
  switch (guard.type) {
    case "claim":
      requireHeld(unit, guard.claim);
      return;
    case "lease":
      return requireLease(unit, guard.lease);
    case "record":
      return requireRecord(unit, guard.record);
    default:
      return unreachable(guard);
  }
};

const requireLease = (unit: Unit, { name, token }: LeaseRef): void => {
  if (findLease(unit, { name, token }) !== undefined) return;
  throw new StoreError("stale-guard", `the lease ${name} is no longer held`, { ids: { lease: name, token } });
};

const requireRecord = (unit: Unit, { key, version }: RecordRef): void => {
  const latest = versionOf(unit, key);
  if (latest === version) return;
  throw new StoreError("stale-guard", `record ${key} is at version ${latest}, no longer at ${version}`, {
    ids: { key, version },
  });
};
