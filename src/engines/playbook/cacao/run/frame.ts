import type { CacaoPlaybook } from "../model/playbook.ts";
import type { Scope } from "../variables/scope.ts";
import type { CancelScope } from "./cancel-scope.ts";
import type { Outcome } from "./outcome.ts";

/** Where in a run a step is executed. */
export interface Frame {
  readonly playbook: CacaoPlaybook;
  /** The variables that are visible. */
  readonly scope: Scope;
  readonly cancel: CancelScope;
  /** Playbooks inside each other, this one counted. */
  readonly depth: number;
}

/** Executes steps from this one on, until an `end` step or until there is none to go on with. */
export type ExecuteChain = (first: string, frame: Frame) => Promise<Outcome>;
