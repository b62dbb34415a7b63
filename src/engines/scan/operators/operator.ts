import type { Evidence } from "./evidence.ts";

/** A compiled matcher. */
export interface Matcher {
  readonly name: string | undefined;
  readonly internal: boolean;
  matches(evidence: Evidence): boolean;
}

/** A compiled extractor. */
export interface Extractor {
  readonly name: string | undefined;
  /** Different values in the order they were found; bounded. */
  extract(evidence: Evidence): readonly string[];
}

/** How one type of matcher decides, undefined when its part is absent; `negative` is around it. */
export type MatchTest = (evidence: Evidence, partName: string) => boolean | undefined;

/** What is kept of extracted values: their number, the characters of each and of all together. */
const maxValues = 1_000;
const maxValueChars = 16_384;
const maxAllChars = 262_144;

/** Collects different values up to the bounds. */
export class ValueList {
  readonly #values = new Set<string>();
  #chars = 0;

  get full(): boolean {
    return this.#values.size >= maxValues || this.#chars >= maxAllChars;
  }

  add(value: string): void {
    const kept = value.length > maxValueChars ? value.slice(0, maxValueChars) : value;
    if (this.full || this.#values.has(kept)) return;
    // A copy: V8 keeps a whole page in memory behind a piece of its text.
    this.#values.add(Buffer.from(kept).toString());
    this.#chars += kept.length;
  }

  list(): readonly string[] {
    return [...this.#values];
  }
}
