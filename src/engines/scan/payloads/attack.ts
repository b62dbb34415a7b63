import type { PayloadList } from "./payload-list.ts";

export const attacks = ["batteringram", "pitchfork", "clusterbomb"] as const;

/**
 * How several payloads are combined.
 * - `batteringram`: there is one payload only, and each of its values stands in all places at once.
 * - `pitchfork`: the first values of all payloads, then the second ones, until the shortest list ends.
 * - `clusterbomb`: every value of each payload with every value of the others; the first payload changes fastest.
 */
export type Attack = (typeof attacks)[number];

export type PayloadLists = ReadonlyMap<string, PayloadList>;

/** Values by the name of their payload, as they are written. */
export type Combination = Readonly<Record<string, string>>;

/** How many combinations an attack makes; at most 2⁵³ − 1. */
export const combinationCount = (attack: Attack, lists: PayloadLists): number => {
  const counts = [...lists.values()].map(({ count }) => count);
  if (attack !== "clusterbomb") return Math.min(...counts);
  return Math.min(
    counts.reduce((product, count) => product * count, 1),
    Number.MAX_SAFE_INTEGER,
  );
};

/** The combinations one after the other; none of them is kept. */
export const combinations = (attack: Attack, lists: PayloadLists): Iterable<Combination> =>
  attack === "clusterbomb" ? product([...lists]) : inStep([...lists]);

function* inStep(lists: readonly (readonly [string, PayloadList])[]): Generator<Combination, void, undefined> {
  const cursors = lists.map(([name, list]) => ({ name, values: list.values()[Symbol.iterator]() }));
  for (;;) {
    const combination: Record<string, string> = {};
    for (const { name, values } of cursors) {
      const next = values.next();
      if (next.done === true) return;
      combination[name] = next.value;
    }
    yield combination;
  }
}

function* product(lists: readonly (readonly [string, PayloadList])[]): Generator<Combination, void, undefined> {
  const last = lists.at(-1);
  if (last === undefined) return yield {};
  const [name, list] = last;
  for (const value of list.values()) {
    for (const others of product(lists.slice(0, -1))) yield { ...others, [name]: value };
  }
}
