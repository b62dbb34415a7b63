import { slotsOf } from "./grams.ts";
import { folded } from "./letters.ts";

/** A text to look for, prepared once: what has to be in a part before a slower search is worth it. */
export class Literal {
  /** Without case, see `folded`. */
  readonly text: string;
  readonly slots: readonly number[];

  /** @param bytes a byte string */
  constructor(bytes: string) {
    this.text = folded(bytes);
    this.slots = slotsOf(this.text);
  }
}
