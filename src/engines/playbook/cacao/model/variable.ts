/**
 * Types of the standard's `variable-type-ov` (section 10.18.4). The vocabulary is open: a type that is not one of these is read as
 * `string`, with a warning.
 */
export const variableTypes = [
  "bool",
  "dictionary",
  "float",
  "hexstring",
  "integer",
  "ipv4-addr",
  "ipv6-addr",
  "long",
  "mac-addr",
  "hash",
  "md5-hash",
  "sha256-hash",
  "string",
  "uri",
  "uuid",
] as const;
export type VariableType = (typeof variableTypes)[number];

/** A variable as a playbook or a step declares it. */
export interface VariableDeclaration {
  /** With its underscores, as in `__name__`. */
  readonly name: string;
  readonly type: VariableType;
  readonly description: string | undefined;
  /** As text, whichever the type; of a dictionary its JSON. `null`: unknown. Fits the type. */
  readonly value: string | null;
  /** Cannot be assigned to. */
  readonly constant: boolean;
  /** Of a playbook: whoever runs it gives the value. */
  readonly external: boolean;
}

/** Declarations by name. */
export type VariableDeclarations = ReadonlyMap<string, VariableDeclaration>;

/** `^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$` of the standard. */
export const variableNameShape = /^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$/;

/**
 * Variables that every playbook has, declared or not: what a command answered last, under the names that SOARCA gives it and under ours.
 * Type `string`, scope of the playbook.
 */
export const resultVariables = [
  "__soarca_http_api_result__",
  "__soarca_openc2_http_result__",
  "__soarca_ssh_result__",
  "__soarca_manual_result__",
  "__garrison_bash_result__",
  "__garrison_http_api_result__",
  "__garrison_manual_result__",
  "__garrison_openc2_http_result__",
  "__garrison_result__",
  "__garrison_sigma_result__",
  "__garrison_ssh_result__",
  "__garrison_yara_result__",
] as const;

/** Variables that every run has and nobody can assign to: the event that started it, as a dictionary, and the id of the run. */
export const runVariables = { event: "__event__", run: "__run__" } as const;
