import { changeKinds, type Changes } from "../../../engines/scan/report/changes.ts";
import { jsonLine } from "../text/json-text.ts";
import type { Say } from "../messages.ts";
import type { ScanResult } from "./scan-result.ts";

/** How the work behind a result ended. */
export interface Closing {
  readonly result: ScanResult;
  readonly findings: number;
  /** Absent: they were not compared with an earlier scan's. */
  readonly changes?: Changes | undefined;
  readonly interrupted: boolean;
  /** What to do about an interruption; `undefined`: there is nothing to be said. */
  readonly advice?: string | undefined;
}

const shownGaps = 20;

/** Nothing when no scan is done: what was sent is counted at the end of each. */
const requestsText = ({ requests, done, notDone }: ScanResult): string => {
  if (done === 0) return "";
  const { planned, sent, failed, skipped, unneeded } = requests;
  const of = notDone === 0 ? "" : ` by the ${done} scans that are done`;
  return `; ${planned} requests planned, ${sent} answered, ${failed} failed, ${skipped} skipped, ${unneeded} not needed${of}`;
};

/** How many findings there are of each kind of change. */
const changeCounts = (changes: Changes): Readonly<Record<string, number>> =>
  Object.fromEntries(changeKinds.map((kind) => [kind, changes[kind].length]));

export const changesText = (changes: Changes): string =>
  Object.entries(changeCounts(changes))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");

/** What a person is told at the end: whether all was looked at, and what was not. */
const closingLines = ({ result, findings, changes, interrupted, advice }: Closing): readonly string[] => {
  const state = interrupted ? "interrupted" : result.complete ? "complete" : "incomplete";
  const more = result.gaps.length - shownGaps;
  return [
    ...result.gaps.slice(0, shownGaps),
    ...(more > 0 ? [`${more} more of these`] : []),
    ...(interrupted && advice !== undefined ? [advice] : []),
    `scan ${state}: ${findings} findings${changes === undefined ? "" : ` (${changesText(changes)})`}${requestsText(result)}`,
  ];
};

const closingJson = ({ result, findings, changes, interrupted }: Closing): string =>
  jsonLine({
    event: "summary",
    findings,
    ...(changes === undefined ? {} : { changes: changeCounts(changes) }),
    requests: { ...result.requests },
    complete: result.complete && !interrupted,
    interrupted,
    gaps: result.gaps,
  });

/** Says how it ended, in words or, for programs, as one JSON line on standard error. */
export const sayClosing = (closing: Closing, json: boolean, quiet: boolean, say: Say): void => {
  if (!json) closingLines(closing).forEach(say);
  else if (!quiet) process.stderr.write(closingJson(closing));
};
