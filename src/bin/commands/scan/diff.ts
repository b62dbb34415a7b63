import { stat } from "node:fs/promises";
import type { Command } from "commander";
import type { GarrisonClient } from "../../../client/index.ts";
import type { Changes, Finding } from "../../../engines/scan/index.ts";
import { compareFindings } from "../../../engines/scan/report/changes.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { remoteFindings } from "../../calls/remote-findings.ts";
import { checkOutput, type Standing, writeChanges, writeFindings } from "../../output/scan/findings-output.ts";
import { lookedBy } from "../../output/scan/looked.ts";
import { changesText } from "../../output/scan/closing-lines.ts";
import { createSay } from "../../output/messages.ts";
import { readFindings } from "../../output/scan/read-findings.ts";
import { exitCodeOf, resultOf, type ScanEnd, standingOf } from "../../output/scan/scan-result.ts";
import type { ExitCode } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { type FindingsFlags, formatOf, type ResultFlags, withFindingsFlags, withResultFlags } from "./result-flags.ts";

interface Flags extends ConnectionFlags, FindingsFlags, ResultFlags {
  readonly assumeComplete?: true;
}

/** One of the two scans that are compared. */
interface Side {
  readonly findings: readonly Finding[];
  /** What is known of how the scan ended; absent for a file. */
  readonly scan?: { readonly end: ScanEnd; readonly bundle: string };
}

/** `undefined`: there is no such file, so it is the id of a scan. */
const sideOfFile = async (name: string): Promise<Side | undefined> => {
  const found = await stat(name).catch(() => undefined);
  return found === undefined ? undefined : { findings: await readFindings(name) };
};

const sideOfScan = async (client: GarrisonClient, id: string, signal: AbortSignal): Promise<Side> => {
  const scan = await client.scans.get(id);
  const { target, bundle } = scan.spec;
  const findings: Finding[] = [];
  for await (const finding of remoteFindings(client, [id], signal)) findings.push(finding);
  return { findings, scan: { end: { ...scan, target }, bundle } };
};

/**
 * Whether NEW looked where a finding of OLD was. Known where both are scans with the same templates; a person may vouch
 * for it otherwise, but not for a scan that is known to be incomplete.
 */
const lookedOf = (before: Side, after: Side, assumed: boolean): ((finding: Finding) => boolean) => {
  if (assumed) return () => after.scan === undefined || after.scan.end.summary?.complete === true;
  if (after.scan === undefined || after.scan.bundle !== before.scan?.bundle) return () => false;
  return lookedBy([after.scan.end]);
};

const tell = async (before: Side, after: Side, flags: Flags, interrupted: boolean): Promise<ExitCode> => {
  const looked = lookedOf(before, after, flags.assumeComplete === true);
  const compare = (findings: readonly Finding[]): Changes => compareFindings(before.findings, findings, looked);
  const known =
    after.scan === undefined ? { complete: true, gaps: [] } : standingOf(resultOf([after.scan.end]), interrupted);
  const standing = (): Standing => ({ ...known, compare });
  const [format, output] = [formatOf(flags), flags.output];
  const written =
    format === "jsonl"
      ? await writeChanges(compare(after.findings), output)
      : await writeFindings(after.findings, standing, { format, output, compared: true });
  if (written.changes !== undefined)
    createSay(flags.quiet === true || flags.json === true)(changesText(written.changes));
  return exitCodeOf(known, written, {
    failOn: flags.failOn,
    allowIncomplete: flags.allowIncomplete === true,
    interrupted,
  });
};

const diff = async (old: string, later: string, flags: Flags): Promise<ExitCode> => {
  if (flags.output !== undefined) await checkOutput(flags.output);
  const [before, after] = [await sideOfFile(old), await sideOfFile(later)];
  if (before !== undefined && after !== undefined) return tell(before, after, flags, false);
  return callNodeLong(flags, async (client, signal) =>
    tell(
      before ?? (await sideOfScan(client, old, signal)),
      after ?? (await sideOfScan(client, later, signal)),
      flags,
      signal.aborted,
    ),
  );
};

export const addScanDiff = (scan: Command, onExit: OnExit): void => {
  const command = scan
    .command("diff <old> <new>")
    .description("what is new, fixed and unchanged between two scans: ids, or files of --format jsonl")
    .option(
      "--assume-complete",
      "take it that <new> looked wherever <old> did; otherwise what is gone is fixed only between scans with the same templates",
    );
  withConnectionFlags(
    withResultFlags(withFindingsFlags(command)),
    'one {"change","finding"} a line; --fail-on is about what is new',
  ).action(async (old: string, later: string, flags: Flags) => {
    onExit(await diff(old, later, flags));
  });
};
