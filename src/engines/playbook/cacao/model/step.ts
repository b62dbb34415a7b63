import type { Command } from "./command.ts";
import type { Condition } from "./condition.ts";
import type { VariableReference } from "./text.ts";
import type { VariableDeclarations } from "./variable.ts";

interface StepBase {
  readonly id: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly owner: string | undefined;
  /** Before the step begins, in milliseconds; 0: none. */
  readonly delayMs: number;
  /** From its beginning, after the delay, in milliseconds; undefined: none. */
  readonly timeoutMs: number | undefined;
  readonly variables: VariableDeclarations;
  /** `on_completion` or `on_success`: where it goes on when the step has succeeded. Undefined: nowhere. */
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
}

export interface StartStep extends StepBase {
  readonly type: "start";
}

export interface EndStep extends StepBase {
  readonly type: "end";
}

export interface ActionStep extends StepBase {
  readonly type: "action";
  /** At least one; in this order. */
  readonly commands: readonly Command[];
  /** Id of an agent of the playbook. */
  readonly agent: string;
  /** Ids of targets of the playbook. Empty: the agent is what is acted on. */
  readonly targets: readonly string[];
  /** Names of variables. */
  readonly inArgs: readonly string[];
  readonly outArgs: readonly string[];
}

export interface PlaybookActionStep extends StepBase {
  readonly type: "playbook-action";
  /** Id of a playbook, `playbook--…`. */
  readonly playbook: string;
  /** Its `modified`, as written; undefined: the latest that is there. */
  readonly version: string | undefined;
  readonly inArgs: readonly string[];
  readonly outArgs: readonly string[];
}

export interface ParallelStep extends StepBase {
  readonly type: "parallel";
  /** First steps of its branches, at least two. */
  readonly branches: readonly string[];
}

export interface IfStep extends StepBase {
  readonly type: "if-condition";
  readonly condition: Condition;
  readonly onTrue: string;
  readonly onFalse: string | undefined;
}

export interface WhileStep extends StepBase {
  readonly type: "while-condition";
  readonly condition: Condition;
  readonly onTrue: string;
}

export interface SwitchStep extends StepBase {
  readonly type: "switch-condition";
  readonly switch: VariableReference;
  /** First steps of the branches by value; `default` is for all other values. */
  readonly cases: ReadonlyMap<string, string>;
}

/** A step of a workflow, with all that the standard's defaults say filled in. */
export type Step =
  StartStep | EndStep | ActionStep | PlaybookActionStep | ParallelStep | IfStep | WhileStep | SwitchStep;
