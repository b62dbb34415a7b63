import type { Command } from "commander";
import type { EventState } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { printListing } from "../../output/text/print-listing.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { parseStates } from "../parse-states.ts";

interface Flags extends ConnectionFlags {
  readonly state?: readonly EventState[];
  readonly limit: number;
}

const states: readonly EventState[] = ["waiting", "matched", "unmatched", "dead"];
const usualLimit = 100;

export const addEventList = (event: Command, onExit: OnExit): void => {
  withConnectionFlags(event.command("list").description("the events of the cluster, the latest first"))
    .option(
      "--state <states>",
      "only events in these states: waiting, matched, unmatched, dead; comma-separated, repeatable",
      parseStates(states),
    )
    .option("--limit <n>", "events at most", parseWhole(1, 1_000_000), usualLimit)
    .action(async (flags: Flags) => {
      await callNode(flags, ({ events }) =>
        printListing(
          flags,
          async (options) => {
            const { events: rows, nextPageToken } = await events.list({ ...options, states: flags.state ?? [] });
            return { rows, nextPageToken };
          },
          {
            head: ["key", "state", "kind", "received", "runs", "suppressed"],
            cells: (row) => [
              ...[row.key, row.state, row.event.kind, timeText(row.receivedAtMs)],
              ...[row.runs.length, row.suppressed.length],
            ],
            none: "no events",
          },
        ),
      );
      onExit(exitCodes.complete);
    });
};
