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

/** How one type of matcher decides; what all types share (part, negative) is around it. */
export type MatchTest = (evidence: Evidence, partName: string) => boolean | undefined;

/** The values that one extractor keeps at most, and the bytes of each. */
export const extractedValues = 1_000;
export const extractedValueChars = 16_384;

/** Collects different values up to the bounds. */
export class ValueList {
  readonly #values = new Set<string>();

  get full(): boolean {
    return this.#values.size >= extractedValues;
  }

  add(value: string): void {
    if (!this.full) this.#values.add(value.length > extractedValueChars ? value.slice(0, extractedValueChars) : value);
  }

  list(): readonly string[] {
    return [...this.#values];
  }
}
