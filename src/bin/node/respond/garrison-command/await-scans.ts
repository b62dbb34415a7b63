import { z } from "zod";
import { scanHasEnded, type Scans, type ScanView } from "../../../../actors/scan/index.ts";
import type { Clock } from "../../../../base/clock.ts";
import { pause } from "../../../../base/pause.ts";
import { CommandFailure } from "../../../../engines/playbook/node-commands/index.ts";
import { severities, type Severity } from "../../../../engines/scan/template/severity.ts";
import type { StartedScan } from "./start-scans.ts";

export interface AwaitScansSetup {
  readonly scans: Scans;
  readonly clock: Clock;
}

/** A scan that has looked at all that it was to look at. */
export interface CompleteScan extends StartedScan {
  /** Findings by severity. */
  readonly findings: Readonly<Record<Severity, number>>;
}

const firstLookMs = 50;
const longestPauseMs = 2_000;
const shownProblems = 3;

const storedFinding = z.object({ info: z.object({ severity: z.enum(severities) }) });

/**
 * Waits until the scan has ended. The scan goes on when the signal is aborted.
 * @throws CommandFailure when it did not end as done, or not all of it was looked at, and when the signal is aborted
 */
export const awaitScan = async (
  setup: AwaitScansSetup,
  scan: StartedScan,
  signal: AbortSignal,
): Promise<CompleteScan> => {
  const view = await ended(setup, scan, signal);
  const { id, target } = scan;
  const { state, summary, lastError } = view;
  if (state !== "done") {
    throw new CommandFailure(
      "threw",
      `the scan ${id} of ${target} is ${state}${lastError === undefined ? "" : `: ${lastError}`}`,
    );
  }
  if (summary?.complete !== true) {
    throw new CommandFailure("threw", `the scan ${id} of ${target} is incomplete${notLookedAt(view)}`);
  }
  return { ...scan, findings: await countFindings(setup.scans, id) };
};

const ended = async (
  { scans, clock }: AwaitScansSetup,
  { id, target }: StartedScan,
  signal: AbortSignal,
): Promise<ScanView> => {
  for (let pauseMs = firstLookMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    const view = await scans.get(id);
    if (view === undefined) throw new CommandFailure("threw", `the scan ${id} of ${target} is not kept any more`);
    if (scanHasEnded(view.state)) return view;
    if (signal.aborted) throw new CommandFailure("threw", `the scan ${id} of ${target} goes on without it`);
    await pause(clock, pauseMs, signal);
  }
};

const notLookedAt = ({ summary }: ScanView): string => {
  const problems = (summary?.problems ?? []).map(({ what, requests }) => `${what} (${requests} requests)`);
  const parts = [...problems, ...(summary?.deadLetters ?? [])];
  return parts.length === 0 ? "" : `: ${parts.slice(0, shownProblems).join("; ")}`;
};

const countFindings = async (scans: Scans, id: string): Promise<Readonly<Record<Severity, number>>> => {
  const counts: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0, unknown: 0 };
  let after: string | undefined;
  do {
    const page = await scans.findings(id, after === undefined ? {} : { after });
    for (const row of page.rows) counts[storedFinding.parse(row).info.severity] += 1;
    after = page.next;
  } while (after !== undefined);
  return counts;
};
