import { ValueList } from "../search/values.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";

/** The different values that the items give, in their order, up to the bounds. */
export const fromEach = <Item>(
  items: readonly Item[],
  valuesOf: (item: Item) => Soon<Iterable<string>>,
): Soon<readonly string[]> => {
  const all = new ValueList();
  const done = inTurn(items, (item) =>
    whenThere(valuesOf(item), (values) => {
      for (const value of values) all.add(value);
      return !all.full;
    }),
  );
  return whenThere(done, () => all.list());
};
