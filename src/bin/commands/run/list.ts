import type { Command } from "commander";
import type { RunState } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { printListing } from "../../output/text/print-listing.ts";
import { runStateText } from "../../output/respond/show-run.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { parseStates } from "../parse-states.ts";

interface Flags extends ConnectionFlags {
  readonly state?: readonly RunState[];
  readonly playbook?: string;
  readonly event?: string;
  readonly limit: number;
}

const allStates: readonly RunState[] = [
  ...(["queued", "running", "waiting"] as const),
  ...(["done", "skipped", "failed", "cancelled", "dead"] as const),
];
const usualLimit = 100;

export const addRunList = (run: Command, onExit: OnExit): void => {
  withConnectionFlags(run.command("list").description("the runs of playbooks, the latest first"))
    .option(
      "--state <states>",
      `only runs in these states: ${allStates.join(", ")}; comma-separated, repeatable`,
      parseStates(allStates),
    )
    .option("--playbook <id>", "only runs of this playbook")
    .option("--event <key>", "only runs that the event of this key started")
    .option("--limit <n>", "runs at most", parseWhole(1, 1_000_000), usualLimit)
    .action(async (flags: Flags) => {
      const { state: states = [], playbook, event } = flags;
      const filter = {
        states,
        ...(playbook === undefined ? {} : { playbook }),
        ...(event === undefined ? {} : { event }),
      };
      await callNode(flags, ({ runs }) =>
        printListing(
          flags,
          async (options) => {
            const { runs: rows, nextPageToken } = await runs.list({ ...options, ...filter });
            return { rows, nextPageToken };
          },
          {
            head: ["id", "state", "playbook", "event", "steps", "made", "node"],
            cells: (row) => [
              ...[row.id, runStateText(row), row.playbook, row.event],
              `${row.steps.done + row.steps.failed}/${row.steps.started}`,
              ...[timeText(row.createdAtMs), row.node ?? ""],
            ],
            none: "no runs",
          },
        ),
      );
      onExit(exitCodes.complete);
    });
};
