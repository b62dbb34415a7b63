/** A step as the standard writes it, as far as it is executed here. */
export interface LiteralStep {
  readonly type: string;
  readonly name: string;
  readonly delay?: number;
  readonly timeout?: number;
  readonly step_variables?: Readonly<Record<string, LiteralVariable>>;
  readonly on_completion?: string;
  readonly on_success?: string;
  readonly on_failure?: string;
  readonly commands: readonly { readonly type: string; readonly command: string }[];
  readonly targets?: readonly string[];
  readonly next_steps: readonly string[];
  readonly condition: string;
  readonly on_true: string;
  readonly on_false?: string;
  readonly switch: string;
  readonly cases: Readonly<Record<string, string>>;
  readonly playbook_id: string;
  readonly in_args?: readonly string[];
  readonly out_args?: readonly string[];
}
export interface LiteralVariable {
  readonly type: string;
  readonly value: string | null;
  readonly constant?: boolean;
  readonly external?: boolean;
}
/** A playbook of the standard, as JSON. */
export interface LiteralPlaybook {
  readonly id: string;
  readonly playbook_variables?: Readonly<Record<string, LiteralVariable>>;
  readonly workflow_start: string;
  readonly workflow_exception?: string;
  readonly workflow: Readonly<Record<string, LiteralStep>>;
  readonly target_definitions?: Readonly<Record<string, { readonly name: string }>>;
}

/** Names of the targets of a step; null: it names none. */
export const targetsOf = ({ targets }: LiteralStep, playbook: LiteralPlaybook): readonly (string | null)[] =>
  targets?.map((id) => playbook.target_definitions?.[id]?.name ?? null) ?? [null];
