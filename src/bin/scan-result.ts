import { storedFindings } from "../actors/scan/index.ts";
import { severities, type Finding, type Severity } from "../engines/scan/index.ts";
import type { Space } from "../store/index.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import type { RunProgress } from "./follow-scan.ts";

/** Counts findings on their way to the output. */
export class FindingTally {
  count = 0;
  #worst: Severity | undefined;

  async *counting(findings: AsyncIterable<Finding>): AsyncGenerator<Finding> {
    for await (const finding of findings) {
      const { severity } = finding.info;
      this.count += 1;
      if (this.#worst === undefined || rank(severity) > rank(this.#worst)) this.#worst = severity;
      yield finding;
    }
  }

  /** Whether there is a finding of this severity or a higher one. */
  reaches(severity: Severity): boolean {
    return this.#worst !== undefined && rank(this.#worst) >= rank(severity);
  }
}

/** How a run ended, over all its targets. */
export interface RunResult {
  readonly requests: {
    readonly planned: number;
    readonly sent: number;
    readonly failed: number;
    readonly skipped: number;
    readonly unneeded: number;
  };
  readonly complete: boolean;
  /** What was not looked at, and why, for people. */
  readonly gaps: readonly string[];
}

/** The findings that the store has of these scans, in the order of targets and templates. */
export async function* readFindings(space: Space, taskIds: readonly string[]): AsyncGenerator<Finding> {
  for (const id of taskIds) {
    // What the store holds here was written by this version's engine, as a finding.
    for await (const { value } of storedFindings(space, id)) yield value as unknown as Finding;
  }
}

export const resultOf = (targets: readonly string[], progress: RunProgress): RunResult => {
  const requests = { planned: 0, sent: 0, failed: 0, skipped: 0, unneeded: 0 };
  const gaps: string[] = [];
  let complete = progress.ended;
  progress.tasks.forEach((task, index) => {
    const target = targets[index] ?? "";
    const summary = task?.summary;
    if (summary === undefined) {
      complete = false;
      gaps.push(
        `${target}: the scan is ${task?.status ?? "unknown"}${task?.lastError === undefined ? "" : `: ${task.lastError}`}`,
      );
      return;
    }
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
  });
  return { requests, complete, gaps };
};

const rank = (severity: Severity): number => (severity === "unknown" ? -1 : severities.indexOf(severity));

/** The exit code that a result comes to. */
export const exitCodeOf = (
  result: RunResult,
  findings: FindingTally,
  options: { readonly failOn: Severity | undefined; readonly allowIncomplete: boolean; readonly interrupted: boolean },
): ExitCode => {
  if (options.interrupted) return exitCodes.interrupted;
  if (options.failOn !== undefined && findings.reaches(options.failOn)) return exitCodes.threshold;
  return result.complete || options.allowIncomplete ? exitCodes.complete : exitCodes.incomplete;
};
