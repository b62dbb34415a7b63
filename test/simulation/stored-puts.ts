import type { Change } from "../../src/store/index.ts";
import type { StoreEvent } from "./store-history.ts";

type Put = Extract<Change, { readonly type: "put" }>;

export interface StoredPut {
  /** The rest of its key. */
  readonly name: string;
  readonly value: Put["value"];
  readonly atMs: number;
  /** Place in the history. */
  readonly at: number;
  readonly owner: string;
  /** All that was written with it. */
  readonly changes: readonly Change[];
}

/** What was written of records of a space whose keys begin with a prefix, in order. */
export const putsIn = (history: readonly StoreEvent[], space: string, prefix: string): readonly StoredPut[] =>
  history.flatMap((event, at) => {
    if (event.type !== "committed" || event.space !== space) return [];
    const { changes, owner, atMs } = event;
    return changes.flatMap((change): StoredPut[] =>
      change.type === "put" && change.key.startsWith(prefix)
        ? [{ name: change.key.slice(prefix.length), value: change.value, atMs, at, owner, changes }]
        : [],
    );
  });
