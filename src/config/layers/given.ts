import type { ConfigProblem } from "../errors.ts";
import type { ConfigPath } from "../schema.ts";

/** What one place gives for a key. */
export interface Given {
  readonly value: unknown;
  /** Directory that relative paths start from; `undefined`: the working directory. */
  readonly directory: string | undefined;
  /** Where it was written, or where its entry at a place of a list was. */
  sourceOf(index?: number): string;
}

/** What one place gives, and what is wrong there with keys rather than with values. */
export interface Layer {
  readonly given: ReadonlyMap<ConfigPath, Given>;
  readonly problems: readonly ConfigProblem[];
}
