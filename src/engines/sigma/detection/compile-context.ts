import { sigmaBounds } from "../bounds.ts";
import { SigmaError } from "../errors.ts";
import type { Placeholders } from "../modifiers/modifier.ts";

/** What the parts of one detection share while it is compiled: what they may still become. */
export class CompileContext {
  readonly placeholders: Placeholders;
  #values = 0;
  #instructions = 0;

  constructor(placeholders: Placeholders) {
    this.placeholders = placeholders;
  }

  /** @throws SigmaError `too-large` when the detection has more values than it may */
  addValues(count: number, at: string): void {
    this.#values += count;
    if (this.#values <= sigmaBounds.values) return;
    throw new SigmaError("too-large", at, `a detection has at most ${sigmaBounds.values} values`);
  }

  /** @throws SigmaError `too-large` when its regular expressions are too large together */
  addInstructions(count: number, at: string): void {
    this.#instructions += count;
    if (this.#instructions <= sigmaBounds.patternInstructions) return;
    throw new SigmaError("too-large", at, "the regular expressions of the detection are too large together");
  }
}
