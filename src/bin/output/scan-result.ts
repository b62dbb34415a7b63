import type { Finding } from "../../engines/scan/index.ts";
import { severities, type Severity } from "../../engines/scan/template/severity.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";

/** Counts findings on their way to the output. */
export class FindingTally {
  count = 0;
  #worst: Severity | undefined;

  /** Passes them on, each counted before it is taken. */
  async *counting(findings: AsyncIterable<Finding>): AsyncGenerator<Finding> {
    for await (const finding of findings) {
      this.#add(finding);
      yield finding;
    }
  }

  /** Counts them without passing them on. */
  async countAll(findings: AsyncIterable<Finding>): Promise<void> {
    for await (const finding of findings) this.#add(finding);
  }

  /** Whether there is a finding of this severity or a higher one. */
  reaches(severity: Severity): boolean {
    return this.#worst !== undefined && rank(this.#worst) >= rank(severity);
  }

  #add({ info: { severity } }: Finding): void {
    this.count += 1;
    if (this.#worst === undefined || rank(severity) > rank(this.#worst)) this.#worst = severity;
  }
}

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

const rank = (severity: Severity): number => (severity === "unknown" ? -1 : severities.indexOf(severity));

/** What a result is held against. */
export interface ExitRules {
  readonly failOn: Severity | undefined;
  readonly allowIncomplete: boolean;
  readonly interrupted: boolean;
}

/** The exit code that a result comes to. */
export const exitCodeOf = (result: ScanResult, findings: FindingTally, rules: ExitRules): ExitCode => {
  if (rules.interrupted) return exitCodes.interrupted;
  if (rules.failOn !== undefined && findings.reaches(rules.failOn)) return exitCodes.threshold;
  return result.complete || rules.allowIncomplete ? exitCodes.complete : exitCodes.incomplete;
};
