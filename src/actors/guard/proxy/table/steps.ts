import {
  mostEntriesOfFrame,
  type Interception,
  type InterceptionKey,
  type TableChange,
} from "../../../../shared-memory/index.ts";

/** Entries that come and go as steps of a table, none of which takes a front end long. */
export const steps = (put: readonly Interception[], dropped: readonly InterceptionKey[]): readonly TableChange[] => [
  ...pieces(dropped).map((keys): TableChange => ({ type: "drop", keys: [...keys] })),
  ...pieces(put).map((interceptions): TableChange => ({ type: "put", interceptions: [...interceptions] })),
];

const pieces = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / mostEntriesOfFrame) }, (_, at) =>
    items.slice(at * mostEntriesOfFrame, (at + 1) * mostEntriesOfFrame),
  );
