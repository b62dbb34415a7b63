import { compilePattern, type Pattern } from "../../scan/search/pattern.ts";
import type { Leaf } from "../event/leaf.ts";
import type { ValueTest } from "./value-test.ts";

const onlyAscii = /^[\0-\x7f]*$/;

/** Whether a regular expression in RE2's syntax is found in a text. Takes time by the length of the text, whatever the expression. */
export class PatternTest implements ValueTest {
  readonly required: readonly (readonly string[])[];
  readonly #pattern: Pattern;

  private constructor(pattern: Pattern) {
    this.#pattern = pattern;
    // What the scan's search knows of other texts is about bytes.
    this.required = pattern.required
      .map((set) => set.map(({ text }) => text))
      .filter((set) => set.every((text) => onlyAscii.test(text)));
  }

  /** @returns or, in words for a person, why it does not compile */
  static compile(source: string): PatternTest | string {
    const pattern = compilePattern(source);
    return typeof pattern === "string" ? pattern : new PatternTest(pattern);
  }

  passes({ text, folded }: Leaf): boolean {
    if (text === undefined || folded === undefined) return false;
    // Looking for a text takes a hundredth of the time of the expression.
    if (this.required.some((set) => !set.some((literal) => folded.includes(literal)))) return false;
    return this.#pattern.re2.matcher(text).find();
  }
}
