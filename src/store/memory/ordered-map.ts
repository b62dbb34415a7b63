import { createRequire } from "node:module";
import type sortedBTree from "sorted-btree";
import type { RangeQuery, Row, Transaction } from "../model/transaction.ts";

// A CommonJS module with a default export: loaders differ in what `import` makes of that, `require` is the same in all.
const { default: BTree } = createRequire(import.meta.url)("sorted-btree") as typeof sortedBTree;

/** The model's ordered map in memory. Commands run one after another, so that each is a transaction by itself. */
export class OrderedMap implements Transaction {
  readonly #tree = new BTree<string, string>(undefined, (a, b) => (a < b ? -1 : a > b ? 1 : 0));

  get(key: string): string | undefined {
    return this.#tree.get(key);
  }

  put(key: string, value: string): void {
    this.#tree.set(key, value);
  }

  remove(key: string): void {
    this.#tree.delete(key);
  }

  range({ from, to, limit }: RangeQuery): readonly Row[] {
    const rows: Row[] = [];
    if (limit <= 0) return rows;
    this.#tree.forRange(from, to, false, (key, value) => {
      rows.push({ key, value });
      return rows.length < limit ? undefined : { break: true };
    });
    return rows;
  }
}
