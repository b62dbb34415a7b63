import { isJsonObject, type Json } from "../../../../../base/json.ts";
import type { CommandOutput } from "../../commands/call.ts";
import type { CommandType } from "../../model/command.ts";

/** What a command of an action answered. */
export interface CommandResult {
  /** Place of the command among those of the step, from 0. */
  readonly index: number;
  readonly type: CommandType;
  /** Id; undefined: it was executed once, or on the agent. */
  readonly target: string | undefined;
  readonly output: CommandOutput;
}

/** A value as the text that a variable has. */
export const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * The output of a step as that of a command. What a person gives, for a manual command or in place of an outcome that nobody knows, may be
 * any JSON: its fields are facts then.
 */
export const outputOf = (output: Json): CommandOutput => {
  if (!isJsonObject(output)) return { text: textOf(output), truncated: false, facts: {} };
  const { text, truncated, facts = null } = output;
  if (typeof text === "string" && typeof truncated === "boolean" && isJsonObject(facts))
    return { text, truncated, facts };
  return { text: JSON.stringify(output), truncated: false, facts: output };
};
