import { GarrisonError } from "../../../base/errors.ts";

/** A condition, a reference or a text of a playbook that is not as the standard has it. */
export class CacaoSyntaxError extends GarrisonError<"invalid-syntax"> {
  /** Where in the text, in UTF-16 code units from 0. */
  readonly at: number;

  constructor(message: string, at: number) {
    super("invalid-syntax", `${message} (at character ${at + 1})`, { ids: { at } });
    this.at = at;
  }
}

/** A condition that cannot be evaluated with the values that its variables have. */
export class ConditionError extends GarrisonError<"invalid-pattern"> {}

/**
 * `undeclared`: no such variable is visible. `unset`: it has no value, or none at the path. `constant`: it cannot be assigned to.
 * `misfit`: the value is not of its type. `unsafe`: a value from outside would become syntax of the text that it is put into.
 * `too-large`: the text that comes out is over `cacaoBounds.chars`.
 */
export type VariableErrorCode = "undeclared" | "unset" | "constant" | "misfit" | "unsafe" | "too-large";

/** What cannot be done with a variable. The message names it. */
export class VariableError extends GarrisonError<VariableErrorCode> {
  readonly variable: string;

  constructor(code: VariableErrorCode, variable: string, message: string) {
    super(code, `${variable} ${message}`, { ids: { variable } });
    this.variable = variable;
  }
}

/** The file of a trusted key holds none. */
export class TrustedKeyError extends GarrisonError<"invalid-key"> {}

/** A graph of which no picture is made. */
export class GraphError extends GarrisonError<"too-large"> {}
