/**
 * Why an expression has no value: a variable without a value, an operand or argument of the wrong kind, a result that
 * is too large, something that this run does not offer (network), or a wait that was ended.
 */
export type DslErrorCode = "missing-variable" | "wrong-type" | "wrong-argument" | "too-large" | "unavailable" | "ended";

/** Evaluating an expression failed. The text never contains values, only names and what would be right. */
export class DslError extends Error {
  readonly code: DslErrorCode;

  constructor(code: DslErrorCode, message: string) {
    super(message);
    this.name = "DslError";
    this.code = code;
  }
}
