import type { Json } from "../../../../base/json.ts";
import type { StepResult } from "../../journal.ts";
import type { CacaoSettings } from "../../protocol/messages.ts";
import type { LogLine } from "../../runner.ts";

/** What every thread that runs actions of a playbook has to know. */
export interface ThreadWork {
  readonly actions: ActionSource;
  readonly runId: string;
  /** Values of the secrets that the playbook may read and the node has. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly egress: readonly string[];
}

/** Where the actions of a playbook are. */
export type ActionSource =
  | {
      readonly kind: "module";
      /** Path of the playbook's module. */
      readonly file: string;
      /** Names of the secrets that it declares: it may read no others. */
      readonly secretNames: readonly string[];
    }
  /** The commands that are built in. */
  | { readonly kind: "cacao"; readonly settings: CacaoSettings };

/** One call of an action. */
export interface ActionCall {
  readonly n: number;
  readonly name: string;
  readonly input: Json;
  /** What nobody else gets. */
  readonly withheld: Json | undefined;
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
