import { unreachable } from "../../base/unreachable.ts";
import type { ClaimRef, Guard, ReleaseReason } from "../ports.ts";
import { addItem } from "./add.ts";
import { sealGroup } from "./groups.ts";
import { requireGuard, requireHeld } from "./guard.ts";
import { end, place } from "./item-state.ts";
import { deleteRecord, putRecord, type RecordPut } from "./records.ts";
import { countFailure, countLoss } from "./retry.ts";
import type { PreparedItem } from "./rows.ts";
import type { Unit } from "./unit.ts";

/** A `Change` as it enters the model: checked, its JSON encoded. */
export type PreparedChange =
  | { readonly type: "add"; readonly queue: string; readonly item: PreparedItem }
  | {
      readonly type: "finish";
      readonly claim: ClaimRef;
      readonly outcome: "done" | "failed";
      readonly result: string | undefined;
    }
  | { readonly type: "checkpoint"; readonly claim: ClaimRef; readonly data: string }
  | {
      readonly type: "release";
      readonly claim: ClaimRef;
      readonly reason: ReleaseReason;
      readonly delayMs: number;
      readonly error: string | undefined;
    }
  | {
      readonly type: "seal";
      readonly group: string;
      readonly onComplete: { readonly queue: string; readonly item: PreparedItem } | undefined;
    }
  | ({ readonly type: "put" } & RecordPut)
  | { readonly type: "delete"; readonly key: string; readonly expectedVersion: number | undefined };

export interface CommitInput {
  readonly guard: Guard | undefined;
  readonly changes: readonly PreparedChange[];
}

/** Applies every change in the order given, or throws and the draft is dropped. Returns ids that were known already. */
export const applyChanges = (unit: Unit, input: CommitInput): readonly string[] => {
  const duplicates: string[] = [];
  if (input.guard !== undefined) requireGuard(unit, input.guard);
  for (const change of input.changes) {
    if (change.type === "add") {
      if (!addItem(unit, change.queue, change.item)) duplicates.push(change.item.id);
    } else {
      apply(unit, change);
    }
  }
  return duplicates;
};

const apply = (unit: Unit, change: Exclude<PreparedChange, { type: "add" }>): void => {
  switch (change.type) {
    case "finish":
      return finish(unit, change.claim, change.outcome, change.result);
    case "checkpoint":
      return checkpoint(unit, change.claim, change.data);
    case "release":
      return release(unit, change.claim, change.reason, change.delayMs, change.error);
    case "seal":
      return sealGroup(unit, change.group, change.onComplete);
    case "put":
      return putRecord(unit, change);
    case "delete":
      return deleteRecord(unit, change.key, change.expectedVersion);
    default:
      return unreachable(change);
  }
};

const finish = (unit: Unit, claim: ClaimRef, outcome: "done" | "failed", result: string | undefined): void => {
  const { item } = requireHeld(unit, claim);
  if (result !== undefined) unit.draft.put(unit.keys.result(item.queue, item.id), result);
  end(unit, item, outcome);
};

const checkpoint = (unit: Unit, claim: ClaimRef, data: string): void => {
  const { item } = requireHeld(unit, claim);
  item.failures = 0;
  item.losses = 0;
  item.hasCheckpoint = true;
  unit.draft.put(unit.keys.checkpoint(item.queue, item.id), data);
  unit.putItem(item);
};

const release = (
  unit: Unit,
  claim: ClaimRef,
  reason: ReleaseReason,
  delayMs: number,
  error: string | undefined,
): void => {
  const { item } = requireHeld(unit, claim);
  if (error !== undefined) item.error = error;
  item.dueMs = delayMs > 0 ? unit.nowMs + delayMs : undefined;
  if (reason === "failed") countFailure(unit, item);
  else if (reason === "lost") countLoss(unit, item);
  else place(unit, item);
};
