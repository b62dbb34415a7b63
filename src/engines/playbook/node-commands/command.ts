import type { Json } from "../../../base/json.ts";
import type { Cause } from "../../events/index.ts";
import type { CommandOutput } from "../cacao/commands/call.ts";

/** What one execution of a command is told. */
export interface CommandTask {
  /** The same in every execution of the step. */
  readonly idempotencyKey: string;
  /** Of what it leads to. */
  readonly cause: Cause;
  /** Aborted when its time is over, when it is wanted no longer, and when the node ends. */
  readonly signal: AbortSignal;
}

/** One kind of command that the node executes. */
export interface NodeCommand {
  /** Executions at once, at least 1; others wait in line. */
  readonly atOnce: number;
  /** Milliseconds that one may take whose input names no `timeoutMs`. */
  readonly timeoutMs: number;
  /**
   * Settles soon after the signal is aborted, and when whatever it started has ended.
   * @param input comes from the process of a run, which may be hostile: nothing but its size has been checked
   * @throws CommandFailure
   */
  run(input: Json, task: CommandTask): Promise<CommandOutput>;
}
