import type { Finding } from "../run/finding.ts";
import type { Changes } from "./changes.ts";

/** What a report tells of. */
export interface ScanReport {
  readonly findings: readonly Finding[];
  /** All that was planned was looked at. */
  readonly complete: boolean;
  /** What was not looked at and why, a sentence each. */
  readonly gaps: readonly string[];
  /** How the findings differ from those of an earlier scan; absent: they were not compared. */
  readonly changes?: Changes;
}
