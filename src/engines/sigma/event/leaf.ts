import { fold } from "../text/fold.ts";

/** What stands in an event where nothing is inside of it. */
export type LeafValue = null | boolean | number | string;

/** One such value as tests read it. */
export class Leaf {
  readonly value: LeafValue;
  /** As text: numbers in decimal, `true`, `false`; undefined for null. */
  readonly text: string | undefined;
  #folded: string | undefined;

  constructor(value: LeafValue) {
    this.value = value;
    this.text = value === null ? undefined : String(value);
  }

  /** The text where case does not count. */
  get folded(): string | undefined {
    this.#folded ??= this.text === undefined ? undefined : fold(this.text);
    return this.#folded;
  }
}
