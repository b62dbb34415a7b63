import { systemClock } from "../../../base/clock.ts";
import type { GarrisonClient, Run } from "../../../client/index.ts";
import { printable } from "../../../base/printable.ts";
import { watchRuns } from "../../calls/watch-runs.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { createCounter } from "../../output/scan/progress.ts";
import { questionLines } from "../../output/respond/run-question.ts";
import { firstLine, runStateText, spanText } from "../../output/respond/show-run.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import type { OutputFlags } from "../common-flags.ts";

const reasonChars = 500;

const lineOf = (run: Run): string => {
  const { startedAtMs, endedAtMs, failure } = run;
  const took = startedAtMs === undefined || endedAtMs === undefined ? "" : ` in ${spanText(endedAtMs - startedAtMs)}`;
  const steps = `${run.steps.done + run.steps.failed} of ${run.steps.started} steps`;
  const why = failure === undefined ? "" : `, ${printable(firstLine(failure.message), reasonChars)}`;
  return `${run.id} ${printable(runStateText(run))}, ${steps}${took}${why}\n`;
};

/** What runs come to together: one that failed counts more than one that did not come to its end. */
export const exitCodeOfRuns = (runs: readonly Pick<Run, "state">[]): ExitCode => {
  if (runs.some(({ state }) => state === "failed")) return exitCodes.failed;
  return runs.every(({ state }) => state === "done" || state === "skipped") ? exitCodes.complete : exitCodes.incomplete;
};

/**
 * Prints where runs stand, until each has ended or waits for a person, and what they ask. Ctrl-C leaves the runs going.
 */
export const followRuns = async (
  client: GarrisonClient,
  ids: readonly string[],
  flags: OutputFlags,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const latest = new Map<string, Run>();
  // Before hours of waiting: an id that is not known is a mistake.
  for (const id of ids) await client.runs.get(id);
  const say = createSay(flags.quiet === true);
  const count = createCounter(systemClock, flags.quiet === true || flags.json === true, "steps ended");
  const steps = (): number => [...latest.values()].reduce((sum, run) => sum + run.steps.done + run.steps.failed, 0);
  await watchRuns(client, ids, signal, async (run) => {
    const before = latest.get(run.id);
    latest.set(run.id, run);
    if (flags.json === true) await toStdout(jsonLine(run));
    else if (before?.state !== run.state) await toStdout(lineOf(run));
    // One may be asked while other steps go on.
    if (JSON.stringify(before?.question) !== JSON.stringify(run.question)) questionLines(run).forEach(say);
    count(steps());
  });
  if (signal.aborted) {
    say("the runs go on: watch them again, or end them with run cancel");
    return exitCodes.interrupted;
  }
  return exitCodeOfRuns([...latest.values()]);
};
