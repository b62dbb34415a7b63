import { ValueList } from "../search/values.ts";
import { combine, type Condition } from "./condition.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";

/**
 * Whether all or any of the tests hold. With a list (`match-all`) the tests of an `or` go on after one that holds, so
 * that all that was found is in it; it changes nothing else.
 */
export const collecting = <Item>(
  condition: Condition,
  items: readonly Item[],
  found: string[] | undefined,
  holds: (item: Item, kept: string[] | undefined) => Soon<boolean>,
): Soon<boolean> => {
  if (found === undefined || condition === "and") return combine(condition, items, (item) => holds(item, found));
  let any = false;
  const done = inTurn(items, (item) =>
    whenThere(holds(item, found), (held) => {
      any ||= held;
      return true;
    }),
  );
  return whenThere(done, () => any);
};

/** Different values, bounded. */
export const bounded = (values: Iterable<string>): readonly string[] => {
  const list = new ValueList();
  for (const value of values) list.add(value);
  return list.list();
};
