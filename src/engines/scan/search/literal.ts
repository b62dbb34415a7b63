import { type Gram, gramsOf } from "./gram-index.ts";
import { folded } from "./letters.ts";

const asciiRuns = /[\0-\x7f]+/g;

/** A text to look for, prepared once: what has to be in a part before a slower search is worth it. */
export class Literal {
  /** See `folded`. */
  readonly text: string;
  readonly grams: readonly Gram[];

  /** @param text folded whole characters */
  constructor(text: string) {
    this.text = text;
    this.grams = gramsOf(text);
  }

  /**
   * What has to be there for a word of any bytes: its longest run of ASCII, since folding changes what bytes beyond
   * that stand beside. Undefined when it has none.
   */
  static ofWord(bytes: string): Literal | undefined {
    let longest = "";
    for (const [run] of bytes.matchAll(asciiRuns)) {
      if (run.length > longest.length) longest = run;
    }
    return longest === "" ? undefined : new Literal(folded(longest));
  }
}
