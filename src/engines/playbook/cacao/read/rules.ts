/** What a finding says of the file: it is not CACAO v2.0; it is, and is not executed; it is worth a look. */
export type Verdict = "invalid" | "refused" | "warning";

/** Everything that is found of a file, by its name. Section numbers are those of CACAO v2.0. */
export const rules = {
  /** A key is missing, or its value has not the type or the form that the standard gives it. */
  shape: "invalid",
  /** A timestamp (10.17) names a day that no calendar has. */
  timestamp: "invalid",
  /** `valid_until` is not after `valid_from` (3.1). */
  validity: "invalid",
  /** An id of the workflow is no identifier (10.10), or does not begin with the type of its step. */
  "step-id": "invalid",
  "step-type": "invalid",
  "start-step": "invalid",
  /** `on_completion` beside `on_success` or `on_failure`, or one that this type of step must not have (4.1). */
  "next-excluded": "invalid",
  /** A step that is no end leads nowhere when it has succeeded. */
  "next-missing": "invalid",
  "dangling-id": "invalid",
  "negative-wait": "invalid",
  "cases-empty": "invalid",
  "marking-type": "invalid",
  "variable-name": "invalid",
  "variable-value": "invalid",
  "variable-undeclared": "invalid",
  /** Of a condition, a reference or a text with variables. */
  syntax: "invalid",
  "command-text": "invalid",
  base64: "invalid",
  "request-line": "invalid",
  header: "invalid",
  address: "invalid",
  port: "invalid",
  "key-management": "invalid",

  /** More than `cacaoBounds` permits. */
  bound: "refused",
  /** A name that objects of JavaScript give a meaning of their own. */
  "reserved-name": "refused",
  revoked: "refused",
  "agent-id": "refused",
  "agent-type": "refused",
  "command-type": "refused",
  "request-method": "refused",
  "authentication-type": "refused",
  credential: "refused",
  cycle: "refused",

  "unknown-key": "warning",
  extension: "warning",
  "zero-wait": "warning",
  unreachable: "warning",
  "inline-secret": "warning",
  "variable-type": "warning",
  "constant-assigned": "warning",
  "step-external": "warning",
  "agent-unused": "warning",
  "id-type": "warning",
  "other-name": "warning",
  "modified-early": "warning",
} as const satisfies Readonly<Record<string, Verdict>>;

export type Rule = keyof typeof rules;
