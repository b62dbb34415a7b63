import { type Command, InvalidArgumentError } from "commander";
import type { GarrisonClient, Scan, ScanState } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { pagesUpTo } from "../../calls/pages.ts";
import { commaList, parseWhole } from "../../process/parse-flags.ts";
import { progressText, stateText, timeText } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import { textTable } from "../../output/text/text-table.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly state?: readonly ScanState[];
  readonly limit: number;
}

const states: readonly ScanState[] = ["waiting", "paused", "running", "done", "failed", "cancelled", "dead"];
const usualLimit = 100;

const parseStates = (text: string, before: readonly ScanState[] = []): readonly ScanState[] => [
  ...before,
  ...commaList(text).map((entry) => {
    const state = states.find((known) => known === entry);
    if (state === undefined) throw new InvalidArgumentError(`Use some of ${states.join(", ")}, not "${entry}".`);
    return state;
  }),
];

const head = ["id", "state", "priority", "target", "requests", "findings", "submitted"];

const rowOf = (scan: Scan): readonly (string | number)[] => [
  scan.id,
  stateText(scan),
  scan.priority,
  scan.spec.target,
  progressText(scan),
  scan.findings,
  timeText(scan.submittedAtMs),
];

const list = async ({ scans }: GarrisonClient, flags: Flags): Promise<void> => {
  const shown: (readonly (string | number)[])[] = [];
  let left = false;
  const pages = pagesUpTo(flags.limit, async (options) => {
    const { scans: rows, nextPageToken } = await scans.list({ ...options, states: flags.state ?? [] });
    return { rows, nextPageToken };
  });
  for await (const { rows, more } of pages) {
    left = more;
    if (flags.json !== true) shown.push(...rows.map(rowOf));
    else if (!(await toStdout(rows.map((scan) => jsonLine(scan)).join("")))) return;
  }
  if (flags.json !== true) await toStdout(shown.length === 0 ? "no scans\n" : textTable(head, shown));
  if (left) createSay(flags.quiet === true)(`there are more: --limit ${flags.limit} was reached`);
};

export const addScanList = (scan: Command, onExit: OnExit): void => {
  withConnectionFlags(scan.command("list").description("the scans of the cluster, in the order of submission"))
    .option("--state <states>", "only scans in these states; comma-separated, repeatable", parseStates)
    .option("--limit <n>", "scans at most", parseWhole(1, 1_000_000), usualLimit)
    .action(async (flags: Flags) => {
      await callNode(flags, (client) => list(client, flags));
      onExit(exitCodes.complete);
    });
};
