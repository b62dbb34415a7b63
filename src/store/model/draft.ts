import type { RangeQuery, Row, Transaction } from "./transaction.ts";

/**
 * Writes that are not made yet. An operation that is refused half way drops its draft, so it never has to undo
 * anything; a key that is written often is written once.
 */
export class Draft implements Transaction {
  readonly #base: Transaction;
  readonly #writes = new Map<string, string | undefined>();

  constructor(base: Transaction) {
    this.#base = base;
  }

  get(key: string): string | undefined {
    const written = this.#writes.get(key);
    return written !== undefined || this.#writes.has(key) ? written : this.#base.get(key);
  }

  put(key: string, value: string): void {
    this.#writes.set(key, value);
  }

  remove(key: string): void {
    this.#writes.set(key, undefined);
  }

  /** Reads what stands below the draft: flush first. */
  range(query: RangeQuery): readonly Row[] {
    if (this.#writes.size > 0) throw new Error("a range over unflushed writes");
    return this.#base.range(query);
  }

  flush(): void {
    for (const [key, value] of this.#writes) {
      if (value === undefined) this.#base.remove(key);
      else this.#base.put(key, value);
    }
    this.#writes.clear();
  }
}
