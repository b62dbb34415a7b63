/**
 * Why a template is not run as it is.
 * - `refused`: it uses something that nuclei knows and this engine does not run, or a key nobody knows.
 * - `invalid`: it is not a template: YAML syntax, a wrong shape, a pattern that does not compile.
 */
export type ProblemKind = "refused" | "invalid";

export interface Problem {
  readonly kind: ProblemKind;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Where in the template, such as `http[0].matchers[1].type`. Empty for the file as a whole. */
  readonly key: string;
  readonly message: string;
}
