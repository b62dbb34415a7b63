import type { Changes, Severity } from "../../../engines/scan/index.ts";
import { FindingTally } from "./finding-tally.ts";
import type { Standing } from "./findings-output.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";

interface Requests {
  readonly planned: number;
  readonly sent: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unneeded: number;
}

/** A scan as far as its result goes, whoever ran it. */
export interface ScanEnd {
  readonly target: string;
  readonly state: string;
  /** Once it is done. */
  readonly summary?: {
    readonly requests: Requests;
    readonly problems: readonly { readonly what: string; readonly requests: number; readonly example: string }[];
    readonly deadLetters: readonly string[];
    readonly complete: boolean;
  };
  readonly lastError?: string;
}

/** How some scans ended, together. */
export interface ScanResult {
  /** Of the scans that are done. */
  readonly requests: Requests;
  readonly done: number;
  readonly notDone: number;
  readonly complete: boolean;
  /** What was not looked at, and why, for people. */
  readonly gaps: readonly string[];
}

export const resultOf = (scans: readonly ScanEnd[]): ScanResult => {
  const requests = { planned: 0, sent: 0, failed: 0, skipped: 0, unneeded: 0 };
  const gaps: string[] = [];
  let complete = true;
  let done = 0;
  for (const { target, state, summary, lastError } of scans) {
    if (summary === undefined) {
      complete = false;
      gaps.push(`${target}: the scan is ${state}${lastError === undefined ? "" : `: ${lastError}`}`);
      continue;
    }
    done += 1;
    complete &&= summary.complete;
    requests.planned += summary.requests.planned;
    requests.sent += summary.requests.sent;
    requests.failed += summary.requests.failed;
    requests.skipped += summary.requests.skipped;
    requests.unneeded += summary.requests.unneeded;
    gaps.push(...summary.deadLetters.map((letter) => `${target}: gave up on ${letter}`));
    for (const { what, requests: concerned, example } of summary.problems) {
      gaps.push(`${target}: ${what} (${concerned} requests${example === "" ? "" : `; ${example}`})`);
    }
  }
  return { requests, done, notDone: scans.length - done, complete, gaps };
};

/** What a result is held against. */
export interface ExitRules {
  readonly failOn: Severity | undefined;
  readonly allowIncomplete: boolean;
  readonly interrupted: boolean;
}

/** The exit code that a result comes to. Compared with an earlier scan, `failOn` is about what is new. */
export const exitCodeOf = (
  result: Pick<ScanResult, "complete">,
  { tally, changes }: { readonly tally: FindingTally; readonly changes?: Changes },
  rules: ExitRules,
): ExitCode => {
  if (rules.interrupted) return exitCodes.interrupted;
  const judged = changes === undefined ? tally : FindingTally.of(changes.new);
  if (rules.failOn !== undefined && judged.reaches(rules.failOn)) return exitCodes.threshold;
  const known = result.complete && (changes?.unknown.length ?? 0) === 0;
  return known || rules.allowIncomplete ? exitCodes.complete : exitCodes.incomplete;
};

/** What a report says of how complete it is. */
export const standingOf = ({ complete, gaps }: ScanResult, interrupted: boolean): Standing => ({
  complete: complete && !interrupted,
  gaps: interrupted ? [...gaps, "the scan was interrupted"] : gaps,
});
