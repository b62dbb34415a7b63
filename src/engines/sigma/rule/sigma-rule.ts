import type { Logsource } from "../../events/security-event.ts";
import type { Detection } from "../detection/detection.ts";

/** One rule of a file, ready to be matched. */
export interface SigmaRule {
  readonly id: string | undefined;
  readonly title: string;
  /** `informational`, `low`, `medium`, `high`, `critical`; absent when the rule does not say. */
  readonly level: string | undefined;
  readonly logsource: Logsource;
  readonly detection: Detection;
  /** Line of the file on which the rule begins, counted from 1. */
  readonly line: number;
}

/** Why a rule of a file, or the rest of the file, cannot be used. */
export interface SigmaProblem {
  readonly file: string;
  readonly line: number;
  /** Place in the rule, such as `detection.selection.Image|foo`; empty: the whole rule. */
  readonly at: string;
  readonly message: string;
}
