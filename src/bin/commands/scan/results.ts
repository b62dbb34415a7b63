import type { Command } from "commander";
import type { GarrisonClient, Scan } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { sayClosing } from "../../output/scan/closing-lines.ts";
import type { ExitCode } from "../../process/exit-codes.ts";
import { checkOutput, writeFindings } from "../../output/scan/findings-output.ts";
import { createSay } from "../../output/messages.ts";
import { remoteFindings } from "../../calls/remote-findings.ts";
import { exitCodeOf, resultOf, standingOf } from "../../output/scan/scan-result.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { type FindingsFlags, formatOf, type ResultFlags, withFindingsFlags, withResultFlags } from "./result-flags.ts";

interface Flags extends ConnectionFlags, FindingsFlags, ResultFlags {}

const results = async (
  client: GarrisonClient,
  ids: readonly string[],
  flags: Flags,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const format = formatOf(flags);
  if (flags.output !== undefined) await checkOutput(flags.output);
  const scans: Scan[] = [];
  // Before anything is written: an id that is not known is a mistake.
  for (const id of ids) scans.push(await client.scans.get(id));
  const result = resultOf(scans.map((scan) => ({ ...scan, target: scan.spec.target })));
  const to = { format, output: flags.output };
  const written = await writeFindings(
    remoteFindings(client, ids, signal),
    () => standingOf(result, signal.aborted),
    to,
  );
  const interrupted = signal.aborted;
  const quiet = flags.quiet === true;
  sayClosing({ result, findings: written.tally.count, interrupted }, flags.json === true, quiet, createSay(quiet));
  return exitCodeOf(result, written, {
    failOn: flags.failOn,
    allowIncomplete: flags.allowIncomplete === true,
    interrupted,
  });
};

export const addScanResults = (scan: Command, onExit: OnExit): void => {
  const command = scan
    .command("results <id...>")
    .description("what scans have found until now; exits as scan run does");
  withConnectionFlags(
    withResultFlags(withFindingsFlags(command)),
    "findings as JSON lines, the summary as JSON on standard error",
  ).action(async (ids: readonly string[], flags: Flags) => {
    const unique = [...new Set(ids)];
    onExit(await callNodeLong(flags, (client, signal) => results(client, unique, flags, signal)));
  });
};
