import type { Leaf } from "../event/leaf.ts";

/** What one value of a rule says about one value of an event. */
export interface ValueTest {
  /**
   * What an index may look for: of each of these sets at least one text is in every value that passes, as the value and the text are
   * when they are folded.
   */
  readonly required: readonly (readonly string[])[];
  passes(leaf: Leaf): boolean;
}
