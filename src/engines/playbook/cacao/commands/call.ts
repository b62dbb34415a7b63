import type { Json, JsonObject } from "../../../../base/json.ts";
import type { ExecutedBy } from "../../journal.ts";

/** A command for one target with all variables filled in: what is journaled and executed. */
export interface CommandCall {
  /** Name of the step in the journal. */
  readonly name: string;
  readonly by: ExecutedBy;
  /** What the command does, for its implementation and for people. No secret is in it. */
  readonly input: Json;
  /** What only the thread that executes it gets: it is neither kept nor shown. */
  readonly withheld: Json | undefined;
  readonly idempotent: boolean;
}

/** What a command answers, whichever it is: the output of its step in the journal. */
export interface CommandOutput {
  /** A body, what a program wrote, the id of a scan, … At most `outputChars` of it. */
  readonly text: string;
  /** `text` is only the beginning. */
  readonly truncated: boolean;
  /** More about it by name, such as `status` or `exit_code`. Of a manual command: the values that the person gave, by variable. */
  readonly facts: JsonObject;
}

/** So that a step's output, as JSON, fits into `playbookBounds.valueBytes`. */
export const outputChars = 32 * 1024;
