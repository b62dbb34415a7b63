import type { Json } from "../../../base/json.ts";
import type { Cause } from "../../events/index.ts";
import type { StepResult } from "../journal.ts";

/** A step that the node executes for the process of a run, which may not: it needs a program, native code, or the cluster. */
export interface NodeCall {
  readonly runId: string;
  /** Id of the playbook, the name of its file. */
  readonly playbook: string;
  readonly n: number;
  /** `bash`, `yara` or `garrison`. */
  readonly name: string;
  readonly input: Json;
  /** The same in every execution of this step: what it makes is made under this name once. */
  readonly idempotencyKey: string;
  /** Of what it leads to. */
  readonly cause: Cause;
}

/** Executes steps by `node`. */
export interface NodeCommands {
  /**
   * Settles within its own deadline, and soon after the signal is aborted; whatever it started has ended then. Never rejects: what goes
   * wrong is a result.
   */
  run(call: NodeCall, signal: AbortSignal): Promise<StepResult>;
}
