import { bounds, type Change } from "../../../../store/index.ts";
import type { Buckets } from "../counting/buckets.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { journalKey } from "./keys.ts";

/** After so many rows, or entries, the content of one bucket is stored: a takeover repeats at most 64 times as many. */
export interface SnapshotEvery {
  readonly rows: number;
  readonly entries: number;
}

export const defaultSnapshotEvery: SnapshotEvery = { rows: 8_192, entries: 64 };

/** What was counted since the contents of the buckets were stored, in entries with numbers without gaps. */
export class Journal {
  /** Of the latest entry; 0: there was none ever. */
  last: number;
  /** Of the oldest entry that the store still has; one more than `last`: none. */
  first: number;
  readonly #every: SnapshotEvery;
  #rows = 0;
  #entries = 0;

  constructor(first: number, last: number, every: SnapshotEvery) {
    this.#every = every;
    this.first = first;
    this.last = last;
  }

  /** Appends what a commit counted. */
  append(shard: number, entries: readonly JournalEntry[]): readonly Change[] {
    return entries.map((entry): Change => {
      this.last += 1;
      this.#entries += 1;
      this.#rows += entry.rows.reduce((sum, { subjects }) => sum + subjects.length, 0);
      return { type: "put", key: journalKey(shard, this.last), value: entry };
    });
  }

  get isSnapshotDue(): boolean {
    return this.#rows >= this.#every.rows || this.#entries >= this.#every.entries;
  }

  snapshotMade(): void {
    this.#rows = 0;
    this.#entries = 0;
  }

  /** Deletes entries that no bucket needs any more, at most `most`. */
  trim(shard: number, buckets: Buckets, most: number): readonly Change[] {
    const needed = buckets.oldestDirty()?.dirtySince ?? this.last + 1;
    const end = Math.min(needed, this.first + Math.min(most, bounds.changes));
    const changes: Change[] = [];
    for (; this.first < end; this.first += 1) changes.push({ type: "delete", key: journalKey(shard, this.first) });
    return changes;
  }
}
