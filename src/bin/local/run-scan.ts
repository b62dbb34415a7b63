import type { ScanStatus } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { compareFindings, type Finding, type Severity } from "../../engines/scan/index.ts";
import { sayClosing } from "../output/scan/closing-lines.ts";
import type { ExitCode } from "../process/exit-codes.ts";
import { type Standing, writeFindings } from "../output/scan/findings-output.ts";
import type { Format } from "../output/text/format.ts";
import { followRun, type RunProgress } from "./follow-scan.ts";
import { localFindings } from "./local-findings.ts";
import { startLocalScan, type LocalScan, type LocalScanOptions } from "./local-scan.ts";
import type { Say } from "../output/messages.ts";
import { createProgress, type Progress } from "../output/scan/progress.ts";
import { lookedBy } from "../output/scan/looked.ts";
import { exitCodeOf, resultOf, type ScanEnd, standingOf } from "../output/scan/scan-result.ts";

/** What is scanned. */
export type ScanToRun = Omit<LocalScanOptions, "clock" | "random" | "notify">;

/** An earlier scan to compare with. */
export interface Baseline {
  readonly findings: readonly Finding[];
  /** Ids of the templates that run now. */
  readonly templates: ReadonlySet<string>;
}

/** How it is shown, and what ends it. */
export interface RunView {
  readonly say: Say;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the scan in order; what was found until then is written. */
  readonly signal: AbortSignal;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly format: Format;
  /** `undefined`: standard output. */
  readonly output: string | undefined;
  readonly baseline?: Baseline | undefined;
  readonly failOn: Severity | undefined;
  readonly allowIncomplete: boolean;
}

/** As a node would call it: a person knows no claims. */
const stateOf = (status: ScanStatus["status"]): string => (status === "claimed" ? "running" : status);

const endsOf = (targets: readonly string[], { tasks }: RunProgress): readonly ScanEnd[] =>
  targets.map((target, index): ScanEnd => {
    const task = tasks[index];
    return {
      target,
      state: task === undefined ? "unknown" : stateOf(task.status),
      ...(task?.summary === undefined ? {} : { summary: task.summary }),
      ...(task?.lastError === undefined ? {} : { lastError: task.lastError }),
    };
  });

/** Follows a scan to its end, writes what it found, and says how it ended. */
const followAndTell = async (
  scan: LocalScan,
  targets: readonly string[],
  view: RunView,
  follow: { readonly progress: Progress; readonly restarts: () => number; readonly advice: string | undefined },
): Promise<ExitCode> => {
  const { say, clock, signal, json, quiet, failOn, allowIncomplete } = view;
  const { progress, restarts, advice } = follow;
  const ended = await followRun({
    space: scan.space,
    taskIds: scan.run.taskIds,
    clock,
    signal: AbortSignal.any([signal, scan.failed]),
    onProgress: ({ subtasks }) =>
      progress.update(subtasks.ended, subtasks.planned, `parts of the scan, ${restarts()} restarts`),
    onSilence: ({ message }) => say(`${message}; trying again`),
  });
  progress.stop();
  if (!ended.ended) scan.failed.throwIfAborted();
  const interrupted = !ended.ended;
  const ends = endsOf(targets, ended);
  const result = resultOf(ends);
  const looked = lookedBy(ends, view.baseline?.templates);
  const { format, output, baseline } = view;
  const standing = (): Standing => ({
    ...standingOf(result, interrupted),
    ...(baseline === undefined ? {} : { compare: (after) => compareFindings(baseline.findings, after, looked) }),
  });
  const findings = localFindings(scan.space, scan.run.taskIds);
  const written = await writeFindings(findings, standing, { format, output, compared: baseline !== undefined });
  const { tally, changes } = written;
  sayClosing({ result, findings: tally.count, changes, interrupted, advice }, json, quiet, say);
  return exitCodeOf(result, written, { failOn, allowIncomplete, interrupted });
};

/** Runs a scan in this process, from its store to its findings. Everything that it started has ended when this settles. */
export const runScan = async (toRun: ScanToRun, view: RunView): Promise<ExitCode> => {
  const { clock, random, quiet, say } = view;
  const progress = createProgress(clock, quiet);
  let restarts = 0;
  try {
    const scan = await startLocalScan({
      ...toRun,
      clock,
      random,
      notify: (event) => {
        if (event.type === "probe-restarted") restarts += 1;
      },
    });
    try {
      if (scan.run.resumed) say("going on with the unfinished scan of these targets and templates");
      const advice = toRun.directory === undefined ? undefined : "the same command goes on where this one stopped";
      return await followAndTell(scan, toRun.targets, view, { progress, restarts: () => restarts, advice });
    } finally {
      await scan.close();
    }
  } finally {
    progress.stop();
  }
};
