import type { CatalogProblem } from "../catalog.ts";

/** What came of reading a file. With a problem the value is what is good of it, if anything is. */
export interface Reading<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly CatalogProblem[];
}

interface Entry<Value> {
  readonly key: string;
  /** What is in use. */
  readonly reading: Reading<Value>;
  /** When it was last without a problem. */
  readonly good: Value | undefined;
}

/** What was read of the files of a folder. A file that becomes bad keeps what it was when it was good, until it is gone. */
export class LastGood<Value> {
  #entries = new Map<string, Entry<Value>>();
  #next = new Map<string, Entry<Value>>();

  /**
   * The state of a file that is still there.
   *
   * @param key of all that the reading depends on: with the same key as before it is not read again
   */
  async take(path: string, key: string, read: () => Promise<Reading<Value>>): Promise<Reading<Value>> {
    const before = this.#next.get(path) ?? this.#entries.get(path);
    const entry = before?.key === key ? before : next(key, before?.good, await read());
    this.#next.set(path, entry);
    return entry.reading;
  }

  /** Forgets the files that were not taken since the last call. */
  sweep(): void {
    this.#entries = this.#next;
    this.#next = new Map();
  }
}

const next = <Value>(key: string, good: Value | undefined, { value, problems }: Reading<Value>): Entry<Value> =>
  problems.length === 0
    ? { key, good: value, reading: { value, problems } }
    : { key, good, reading: { value: good ?? value, problems } };
