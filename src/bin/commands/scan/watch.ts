import type { Command } from "commander";
import { systemClock } from "../../../base/clock.ts";
import type { GarrisonClient, Scan } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { sayClosing } from "../../output/scan/closing-lines.ts";
import type { ExitCode } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { createProgress, type Progress } from "../../output/scan/progress.ts";
import { remoteFindings } from "../../calls/remote-findings.ts";
import { FindingTally } from "../../output/scan/finding-tally.ts";
import { exitCodeOf, resultOf } from "../../output/scan/scan-result.ts";
import { hasEnded, stateText } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import { watchScans } from "../../calls/watch-scans.ts";
import { WatchTotals } from "../../output/scan/watch-totals.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { type ResultFlags, withResultFlags } from "./result-flags.ts";

interface Flags extends ConnectionFlags, ResultFlags {}

const showProgress = (totals: WatchTotals, progress: Progress): void => {
  const { endedRequests, plannedRequests, ended, count, findings } = totals;
  const note = `requests, ${ended} of ${count} scans ended, ${findings} findings`;
  progress.update(endedRequests, plannedRequests, note);
};

const watch = async (
  client: GarrisonClient,
  ids: readonly string[],
  flags: Flags,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const json = flags.json === true;
  const quiet = flags.quiet === true;
  const totals = new WatchTotals();
  // Before hours of waiting: an id that is not known is a mistake.
  for (const id of ids) totals.set(await client.scans.get(id));
  const progress = createProgress(systemClock, quiet || json);
  const seen = async (scan: Scan): Promise<void> => {
    totals.set(scan);
    if (json) await toStdout(jsonLine(scan));
    else {
      showProgress(totals, progress);
      if (hasEnded(scan)) await toStdout(`${scan.id} ${stateText(scan)}, ${scan.findings} findings\n`);
    }
  };
  try {
    await watchScans(client, ids, signal, seen);
  } finally {
    progress.stop();
  }
  const tally = new FindingTally();
  if (flags.failOn !== undefined) await tally.countAll(remoteFindings(client, ids, signal));
  const interrupted = signal.aborted;
  const result = resultOf(totals.scans.map((scan) => ({ ...scan, target: scan.spec.target })));
  const advice = "the scans go on: watch them again, or end them with scan cancel";
  sayClosing({ result, findings: totals.findings, interrupted, advice }, json, quiet, createSay(quiet));
  const allowIncomplete = flags.allowIncomplete === true;
  return exitCodeOf(result, { tally }, { failOn: flags.failOn, allowIncomplete, interrupted });
};

export const addScanWatch = (scan: Command, onExit: OnExit): void => {
  const command = scan
    .command("watch <id...>")
    .description("follow scans until they have ended; exits as scan run does. Ctrl-C ends the watching, not the scans");
  withConnectionFlags(
    withResultFlags(command),
    "each change as a JSON line, the summary as JSON on standard error",
  ).action(async (ids: readonly string[], flags: Flags) => {
    const unique = [...new Set(ids)];
    onExit(await callNodeLong(flags, (client, signal) => watch(client, unique, flags, signal)));
  });
};
