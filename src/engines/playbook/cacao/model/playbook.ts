import type { AgentTarget, Authentication } from "./agent-target.ts";
import type { Step } from "./step.ts";
import type { VariableDeclarations } from "./variable.ts";

/** A CACAO v2.0 playbook that was checked: every id in it leads somewhere, every text and condition in it is parsed. */
export interface CacaoPlaybook {
  /** `playbook--…`. */
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly createdBy: string;
  /** As written: names the version. */
  readonly modified: string;
  readonly revoked: boolean;
  /** Milliseconds since 1970. */
  readonly validFromMs: number | undefined;
  readonly validUntilMs: number | undefined;
  readonly markings: readonly Marking[];
  readonly variables: VariableDeclarations;
  readonly start: string;
  /** `workflow_exception`. */
  readonly exception: string | undefined;
  readonly steps: ReadonlyMap<string, Step>;
  readonly agents: ReadonlyMap<string, AgentTarget>;
  readonly targets: ReadonlyMap<string, AgentTarget>;
  readonly authentications: ReadonlyMap<string, Authentication>;
}

/** A data marking that applies to the playbook, for people: `TLP:AMBER`, a statement, an IEP policy by name. */
export interface Marking {
  readonly id: string;
  readonly type: "marking-tlp" | "marking-statement" | "marking-iep";
  readonly text: string;
}

/** What is wrong with a file, or may be. */
export interface CacaoProblem {
  /** Name of what it breaks, which stays the same: `dangling-id`, `command-type`, … (read/rules.ts). */
  readonly rule: string;
  /** Id of the step that it is in; undefined: none. */
  readonly step: string | undefined;
  /** Path of the key from the top of the file, such as `workflow.action--….commands[0].type`. */
  readonly key: string;
  /** What is wrong and what to do about it. */
  readonly reason: string;
}

/** Of a file that was read. */
export type CacaoReading =
  | { readonly status: "supported"; readonly playbook: CacaoPlaybook; readonly warnings: readonly CacaoProblem[] }
  /** It is CACAO, and asks for what is not executed; or it must not run (`revoked`). */
  | {
      readonly status: "refused";
      readonly problems: readonly CacaoProblem[];
      readonly warnings: readonly CacaoProblem[];
    }
  /** It is not CACAO v2.0. */
  | {
      readonly status: "invalid";
      readonly problems: readonly CacaoProblem[];
      readonly warnings: readonly CacaoProblem[];
    };

export const cacaoBounds = {
  /** Of the file. */
  bytes: 1024 * 1024,
  steps: 2_000,
  /** Variables of a playbook or a step, agents, targets, commands of a step, branches, cases. */
  entries: 500,
  /** A text, and the value of a variable. */
  chars: 64 * 1024,
  /** A condition. */
  conditionChars: 4_096,
  /** Problems and warnings of one file that are told. */
  problems: 100,
  /** Playbooks inside each other through playbook-action, the first one counted. */
  depth: 8,
  /** Playbooks that one calls, directly and not. */
  references: 100,
  /** Steps that one run comes by, with those that do nothing outside. */
  visits: 100_000,
  /** Delay and timeout, 1 year. */
  waitMs: 31_536_000_000,
} as const;
