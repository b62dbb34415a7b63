import type { LeaseRef } from "../ports.ts";
import { findLease } from "./guard.ts";
import { read, type LeaseRow } from "./rows.ts";
import type { Unit } from "./unit.ts";

/** The new token, or `undefined` while someone else holds the name. */
export const acquireLease = (
  unit: Unit,
  input: { readonly name: string; readonly owner: string; readonly ttlMs: number },
): number | undefined => {
  const { keys, draft, nowMs } = unit;
  const text = draft.get(keys.lease(input.name));
  const row = text === undefined ? undefined : read.lease(text);
  if (row !== undefined && row.owner !== input.owner && row.deadlineMs > nowMs) return undefined;
  const token = unit.nextToken();
  const deadlineMs = nowMs + input.ttlMs;
  if (row === undefined) draft.put(keys.expiry(deadlineMs, "lease", input.name), "");
  put(unit, input.name, { owner: input.owner, token, deadlineMs, lookedAtMs: row?.lookedAtMs ?? deadlineMs });
  unit.revision();
  return token;
};

/** The new token, or `undefined` if the name is not held under the expected one. */
export const seizeLease = (
  unit: Unit,
  input: { readonly lease: LeaseRef; readonly owner: string; readonly ttlMs: number },
): number | undefined => {
  const row = findLease(unit, input.lease);
  if (row === undefined) return undefined;
  const token = unit.nextToken();
  put(unit, input.lease.name, { ...row, owner: input.owner, token, deadlineMs: unit.nowMs + input.ttlMs });
  unit.revision();
  return token;
};

/** False: it is no longer held. */
export const renewLease = (unit: Unit, input: { readonly lease: LeaseRef; readonly ttlMs: number }): boolean => {
  const row = findLease(unit, input.lease);
  if (row === undefined) return false;
  put(unit, input.lease.name, { ...row, deadlineMs: unit.nowMs + input.ttlMs });
  return true;
};

/** False: it was no longer held. */
export const releaseLease = (unit: Unit, lease: LeaseRef): boolean => {
  const row = findLease(unit, lease);
  if (row === undefined) return false;
  unit.draft.remove(unit.keys.lease(lease.name));
  unit.draft.remove(unit.keys.expiry(row.lookedAtMs, "lease", lease.name));
  unit.revision();
  return true;
};

/** Forgets a lease that ran out; one that was renewed is looked at again when it runs out. */
export const expireLease = (unit: Unit, name: string): void => {
  const text = unit.draft.get(unit.keys.lease(name));
  if (text === undefined) return;
  const row = read.lease(text);
  if (row.deadlineMs <= unit.nowMs) {
    unit.draft.remove(unit.keys.lease(name));
    return;
  }
  unit.draft.put(unit.keys.expiry(row.deadlineMs, "lease", name), "");
  put(unit, name, { ...row, lookedAtMs: row.deadlineMs });
};

const put = (unit: Unit, name: string, row: LeaseRow): void => {
  unit.draft.put(unit.keys.lease(name), JSON.stringify(row));
};
