import type { Json } from "../../../../base/json.ts";
import type { StepResult } from "../../journal.ts";
import type { LogLine } from "../../runner.ts";

/** What every thread that runs actions of a playbook has to know. */
export interface ThreadWork {
  /** Path of the playbook's module. */
  readonly file: string;
  readonly runId: string;
  /** Values of the secrets that the playbook names and the node has. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Names of the secrets that the playbook names. */
  readonly secretNames: readonly string[];
  readonly egress: readonly string[];
}

/** One call of an action. */
export interface ActionCall {
  readonly n: number;
  readonly name: string;
  readonly input: Json;
}

/** What the main thread tells a thread that runs actions, one at a time. */
export type ToThread =
  | { readonly type: "load"; readonly work: ThreadWork }
  | { readonly type: "call"; readonly call: ActionCall }
  /** Abort the signal of the action that runs. */
  | { readonly type: "abort"; readonly reason: string };

export type FromThread =
  | { readonly type: "ready" }
  /** The playbook is loaded; the action's time runs. */
  | { readonly type: "began"; readonly n: number }
  | { readonly type: "settled"; readonly n: number; readonly result: StepResult }
  | { readonly type: "logged"; readonly line: LogLine };
