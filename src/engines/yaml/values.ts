import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml";
import type { YamlBounds } from "./bounds.ts";
import { Refused } from "./refused.ts";

/** Makes the plain value of one document. Aliases are given their values here, since what they come to has to be counted. */
export class Values {
  readonly #lines: LineCounter;
  readonly #bounds: YamlBounds;
  readonly #anchored = new Map<string, Node>();
  #aliases = 0;
  #count = 0;

  constructor(lines: LineCounter, bounds: YamlBounds) {
    this.#lines = lines;
    this.#bounds = bounds;
  }

  /** @throws Refused with its place when the document is beyond its bounds or has no value in JSON's terms */
  of(document: Document.Parsed): unknown {
    return this.#value(document.contents, 0, 1);
  }

  #value(node: unknown, depth: number, above: number): unknown {
    const line = this.#lineOf(node, above);
    this.#count += 1;
    if (this.#count > this.#bounds.values) throw new Refused(line, `has more than ${this.#bounds.values} values`);
    // An alias inside of its own anchor comes to this, too.
    if (depth > this.#bounds.depth) throw new Refused(line, `is nested deeper than ${this.#bounds.depth} levels`);
    if (isAlias(node)) return this.#aliased(node.source, depth, line);
    this.#remember(node);
    if (isScalar(node)) return scalarValue(node.value, line);
    if (isSeq(node)) return node.items.map((item) => this.#value(item, depth + 1, line));
    if (!isMap(node)) return null;
    const entries = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      const at = this.#lineOf(key, line);
      if (!isScalar(key)) throw new Refused(at, "has a key that is no plain text");
      this.#remember(key);
      const name = String(key.value);
      if (entries.has(name)) throw new Refused(at, `has the key "${name.slice(0, 80)}" twice`);
      entries.set(name, this.#value(value, depth + 1, at));
    }
    // Defines each key on the object itself, where an assignment of `__proto__` would change what it inherits.
    return Object.fromEntries(entries);
  }

  #aliased(anchor: string, depth: number, line: number): unknown {
    const node = this.#anchored.get(anchor);
    if (node === undefined) throw new Refused(line, `names the unknown anchor "${anchor.slice(0, 80)}"`);
    this.#aliases += 1;
    const value = this.#value(node, depth + 1, line);
    this.#aliases -= 1;
    return value;
  }

  /** An anchor holds from its place on until it is set again. Inside an alias nothing is set: that was set at its place. */
  #remember(node: unknown): void {
    if (this.#aliases > 0 || !(isScalar(node) || isCollection(node)) || node.anchor === undefined) return;
    this.#anchored.set(node.anchor, node);
  }

  #lineOf(node: unknown, above: number): number {
    if (!(isScalar(node) || isCollection(node) || isAlias(node)) || !node.range) return above;
    return this.#lines.linePos(node.range[0]).line;
  }
}

const scalarValue = (value: unknown, line: number): unknown => {
  if (typeof value === "bigint") return Number(value);
  if (value === null || typeof value !== "object") return value;
  throw new Refused(line, "has a tag that is not read, such as !!binary: write plain text");
};
