import type { Section } from "../template/section.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";

export type Condition = "and" | "or";

/** Reads `and` or `or`; `or` when the key is absent. */
export const readCondition = (section: Section, key: string): Condition => {
  const text = section.string(key)?.trim() ?? "or";
  if (text === "and" || text === "or") return text;
  if (text !== "") section.complain("invalid", key, `must be "and" or "or", not "${text}"`);
  return "or";
};

/** Whether all or any of the tests hold. Tests are run only as far as needed. */
export const combine = <Item>(
  condition: Condition,
  items: readonly Item[],
  holds: (item: Item) => Soon<boolean>,
): Soon<boolean> => {
  const until = condition === "or";
  let decided = !until;
  const done = inTurn(items, (item) =>
    whenThere(holds(item), (held) => {
      decided = held;
      return held !== until;
    }),
  );
  return whenThere(done, () => decided);
};
