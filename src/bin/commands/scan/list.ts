import { type Command, InvalidArgumentError } from "commander";
import type { GarrisonClient, Scan, ScanState } from "../../../client/index.ts";
import { callNode } from "../../call-node.ts";
import { exitCodes } from "../../exit-codes.ts";
import { jsonLine } from "../../json-text.ts";
import { createSay } from "../../messages.ts";
import { commaList, parseWhole } from "../../parse-flags.ts";
import { progressText, stateText, timeText } from "../../show-scan.ts";
import { toStdout } from "../../stdout.ts";
import { textTable } from "../../text-table.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly state?: readonly ScanState[];
  readonly limit: number;
}

const states: readonly ScanState[] = ["waiting", "paused", "running", "done", "failed", "cancelled", "dead"];
const usualLimit = 100;
const largestPage = 500;

const parseStates = (text: string, before: readonly ScanState[] = []): readonly ScanState[] => [
  ...before,
  ...commaList(text).map((entry) => {
    const state = states.find((known) => known === entry);
    if (state === undefined) throw new InvalidArgumentError(`Use some of ${states.join(", ")}, not "${entry}".`);
    return state;
  }),
];

/** Pages of scans, in the order in which they were stored, until `limit` of them. The last one says whether there are more. */
async function* pagesOf(
  scans: GarrisonClient["scans"],
  { state = [], limit }: Flags,
): AsyncGenerator<{ readonly page: readonly Scan[]; readonly more: boolean }> {
  let pageToken = "";
  let left = limit;
  do {
    const pageSize = Math.min(left, largestPage);
    const { scans: page, nextPageToken } = await scans.list({ pageSize, pageToken, states: state });
    left -= page.length;
    pageToken = nextPageToken;
    yield { page, more: pageToken !== "" };
  } while (left > 0 && pageToken !== "");
}

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
  const rows: (readonly (string | number)[])[] = [];
  let left = false;
  for await (const { page, more } of pagesOf(scans, flags)) {
    left = more;
    if (flags.json !== true) rows.push(...page.map(rowOf));
    else if (!(await toStdout(page.map((scan) => jsonLine(scan)).join("")))) return;
  }
  if (flags.json !== true) await toStdout(rows.length === 0 ? "no scans\n" : textTable(head, rows));
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
