import type { Finding } from "../../src/engines/scan/index.ts";
import { linesOf } from "./command-line.ts";

/** The findings of `--format jsonl`. */
export const findingsOf = (stdout: string): readonly Finding[] =>
  linesOf(stdout).map((line) => JSON.parse(line) as Finding);

/** What makes findings of two scans of one site the same, as a sorted list: two runs are compared as sets. */
export const essenceOf = (stdout: string): readonly string[] =>
  findingsOf(stdout)
    .map((finding) => `${finding.url} ${finding["matched-at"]} ${finding.fingerprint}`)
    .toSorted();

/** The summary that `--json` writes to standard error. */
export interface SummaryLine {
  readonly event: "summary";
  readonly findings: number;
  readonly requests: Readonly<Record<"planned" | "sent" | "failed" | "skipped" | "unneeded", number>>;
  /** Where the scan was compared with an earlier one. */
  readonly changes?: Readonly<Record<"new" | "unknown" | "fixed" | "unchanged", number>>;
  readonly complete: boolean;
  readonly interrupted: boolean;
  readonly gaps: readonly string[];
}

export const summaryOf = (stderr: string): SummaryLine => {
  const line = linesOf(stderr).find((text) => text.startsWith('{"event":"summary"'));
  if (line === undefined) throw new Error(`no summary in ${JSON.stringify(stderr)}`);
  return JSON.parse(line) as SummaryLine;
};
