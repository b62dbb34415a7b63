import { endOf } from "./keys.ts";
import { place } from "./item-state.ts";
import { countLoss } from "./retry.ts";
import { steps } from "./steps.ts";
import type { Unit } from "./unit.ts";

/** Takes back claims that ran out. Call with nothing unsaved. */
export const takeBackLost = (unit: Unit, queue: string): void => {
  const index = unit.keys.claimedOf(queue);
  for (const id of dueIds(unit, index)) {
    const item = unit.item(queue, id);
    if (item?.status === "claimed") countLoss(unit, item);
  }
};

/** Moves delayed items that are due to waiting. Call with nothing unsaved. */
export const wakeDelayed = (unit: Unit, queue: string): void => {
  for (const id of dueIds(unit, unit.keys.delayedOf(queue))) {
    const item = unit.item(queue, id);
    if (item?.status === "delayed") place(unit, item);
  }
};

/** When the next delayed item or claim of the queue falls due, from now. Call with nothing unsaved. */
export const nextDueInMs = (unit: Unit, queue: string): number | undefined => {
  const times = [unit.keys.delayedOf(queue), unit.keys.claimedOf(queue)].flatMap((index) =>
    unit.draft.range({ from: index, to: endOf(index), limit: 1 }).map(({ key }) => unit.keys.dueMs(index, key)),
  );
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - unit.nowMs);
};

const dueIds = (unit: Unit, index: string): readonly string[] =>
  unit.draft
    .range({ from: index, to: unit.keys.dueBy(index, unit.nowMs), limit: steps.movedAtOnce })
    .map(({ value }) => value);
