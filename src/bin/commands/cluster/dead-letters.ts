import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { createSay } from "../../output/messages.ts";
import { firstRows } from "../../calls/pages.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly limit: number;
}

const usualLimit = 100;

export const addClusterDeadLetters = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(
    cluster
      .command("dead-letters <queue>")
      .description("work of a queue, such as scan/subtasks, that was given up, and why"),
  )
    .option("--limit <n>", "dead letters at most", parseWhole(1, 100_000), usualLimit)
    .action(async (queue: string, flags: Flags) => {
      const { rows, more } = await callNode(flags, ({ control }) =>
        firstRows(flags.limit, async (options) => {
          const { deadLetters, nextPageToken } = await control.deadLetters(queue, options);
          return { rows: deadLetters, nextPageToken };
        }),
      );
      await printRows(rows, flags.json === true, {
        head: ["id", "limit", "failures", "losses", "died", "last error"],
        cells: ({ id, limit, failures, losses, diedAtMs, lastError }) => [
          ...[id, limit, failures, losses],
          ...[timeText(diedAtMs), lastError],
        ],
        none: "no dead letters",
      });
      if (more) createSay(flags.quiet === true)(`there are more: --limit ${flags.limit} was reached`);
      onExit(exitCodes.complete);
    });
};
