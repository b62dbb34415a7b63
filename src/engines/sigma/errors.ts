import { GarrisonError, type ErrorFacts } from "../../base/errors.ts";

/**
 * `invalid-rule`: something is not as Sigma has it. `unsupported`: it is Sigma, but not done here; the message names it. `too-large`: it
 * is over a bound (`sigmaBounds`).
 */
export type SigmaErrorCode = "invalid-rule" | "unsupported" | "too-large";

/** A rule or a detection that cannot be used. The message names the place and what would be right. */
export class SigmaError extends GarrisonError<SigmaErrorCode> {
  /** The place: `detection.selection.Image|endswith`; empty for the whole rule. */
  readonly at: string;

  constructor(code: SigmaErrorCode, at: string, message: string, facts: ErrorFacts = {}) {
    super(code, at === "" ? message : `${at}: ${message}`, { ...facts, ids: { ...facts.ids, at } });
    this.at = at;
  }
}
