import { after, endOf } from "./keys.ts";
import { end, place } from "./item-state.ts";
import type { PreparedItem } from "./rows.ts";
import type { Unit } from "./unit.ts";

/**
 * `hold`, `resume` and `cancel` set a flag, which holds for every later decision at once, and leave a sweep behind: the
 * place in the list of members from which items still lie where the flag does not want them. The caller carries the
 * sweep on in bounded steps; should it die, claims of the space do.
 */
export type GroupOrder = "hold" | "resume" | "cancel";

export const orderGroup = (unit: Unit, input: { readonly group: string; readonly order: GroupOrder }): void => {
  const group = unit.changeGroup(input.group);
  if (input.order === "cancel") group.cancelRequested = true;
  else group.held = input.order === "hold";
  unit.draft.put(unit.keys.sweepOfGroup(input.group), "");
  unit.revision();
};

/** No more items are planned for the group by whoever fills it. The first call counts. */
export const sealGroup = (
  unit: Unit,
  name: string,
  onComplete: { readonly queue: string; readonly item: PreparedItem } | undefined,
): void => {
  const group = unit.changeGroup(name);
  unit.revision();
  if (group.sealed) return;
  group.sealed = true;
  group.onComplete = onComplete;
};

/** Moves at most `limit` members of one group. True: the sweep is over. Call with nothing unsaved. */
export const sweepGroup = (unit: Unit, name: string, limit: number): boolean => {
  const { draft, keys } = unit;
  const sweep = keys.sweepOfGroup(name);
  const cursor = draft.get(sweep);
  if (cursor === undefined) return true;
  const members = keys.membersOf(name);
  const rows = draft.range({ from: cursor === "" ? members : after(cursor), to: endOf(members), limit });
  for (const { value } of rows) {
    const cut = value.indexOf("/");
    moveMember(unit, value.slice(0, cut), value.slice(cut + 1), name);
  }
  const last = rows.at(-1);
  const over = last === undefined || rows.length < limit;
  if (over) draft.remove(sweep);
  else draft.put(sweep, last.key);
  return over;
};

/** Carries on one sweep that someone left behind. */
export const sweepSomeGroup = (unit: Unit, limit: number): void => {
  const index = unit.keys.sweepsOfGroups();
  const [first] = unit.draft.range({ from: index, to: endOf(index), limit: 1 });
  if (first !== undefined) sweepGroup(unit, first.key.slice(index.length), limit);
};

const moveMember = (unit: Unit, queue: string, id: string, name: string): void => {
  const group = unit.group(name);
  const item = unit.item(queue, id);
  if (group === undefined || item === undefined) return;
  if (group.cancelRequested) end(unit, item, "cancelled");
  else if (item.status !== "claimed" && group.held !== (item.status === "held")) place(unit, item);
};
