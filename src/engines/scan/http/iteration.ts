import type { Value } from "../value/value.ts";

/** What `iterate-all` sends a request for: as many as the longest list of values that was extracted. */
const mostIterations = 10_000;

/** Values of internal extractors over the requests of a block so far. */
export class IteratedValues {
  readonly #values = new Map<string, Set<string>>();

  add(internal: ReadonlyMap<string, readonly string[]>): void {
    for (const [name, values] of internal) {
      const known = this.#values.get(name) ?? new Set();
      for (const value of values) if (known.size < mostIterations) known.add(value);
      if (known.size > 0) this.#values.set(name, known);
    }
  }

  /** The values for each of the next requests. The last value of a list goes with what longer lists have left. */
  *each(): Generator<ReadonlyMap<string, Value>, void, undefined> {
    const lists = [...this.#values].map(([name, values]) => [name, [...values]] as const);
    const longest = Math.max(...lists.map(([, values]) => values.length), 0);
    for (let at = 0; at < longest; at += 1) {
      yield new Map(lists.map(([name, values]) => [name, values[at] ?? values.at(-1) ?? ""] as const));
    }
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }
}
