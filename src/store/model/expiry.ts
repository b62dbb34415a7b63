import { bounds } from "../ports.ts";
import { expireLease } from "./leases.ts";
import { expireLimit } from "./limits.ts";
import { expireRecord } from "./records.ts";
import { forget } from "./item-state.ts";
import { isComplete } from "./rows.ts";
import type { Unit } from "./unit.ts";

/** Things forgotten along with one call: as many as one call can make or end, so that the old never pile up. */
const forgottenAtOnce = bounds.changes;

/** Forgets what is past its time. Call with nothing unsaved. */
export const forgetExpired = (unit: Unit): void => {
  const { draft, keys, nowMs } = unit;
  const index = keys.expiries();
  const due = draft.range({ from: index, to: keys.dueBy(index, nowMs), limit: forgottenAtOnce });
  for (const { key } of due) {
    draft.remove(key);
    const { kind, what } = keys.readExpiry(key);
    if (kind === "item") expireItem(unit, what);
    else if (kind === "group") expireGroup(unit, what);
    else if (kind === "record") expireRecord(unit, what);
    else if (kind === "lease") expireLease(unit, what);
    else expireLimit(unit, what);
  }
};

const expireItem = (unit: Unit, what: string): void => {
  const cut = what.indexOf("/");
  const item = unit.item(what.slice(0, cut), what.slice(cut + 1));
  if (item?.expiresAtMs !== undefined && item.expiresAtMs <= unit.nowMs) forget(unit, item);
};

const expireGroup = (unit: Unit, name: string): void => {
  const group = unit.group(name);
  if (group?.expiresAtMs === undefined || group.expiresAtMs > unit.nowMs) return;
  if (isComplete(group) || group.cancelRequested) unit.removeGroup(name);
};
