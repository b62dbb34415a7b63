import type { Command } from "commander";
import type { DeadLetter, GarrisonClient } from "../../../client/index.ts";
import { callNode } from "../../call-node.ts";
import { exitCodes } from "../../exit-codes.ts";
import { createSay } from "../../messages.ts";
import { parseWhole } from "../../parse-flags.ts";
import { printRows } from "../../print-rows.ts";
import { timeText } from "../../show-scan.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly limit: number;
}

const usualLimit = 100;
const largestPage = 500;

const firstOf = async (
  control: GarrisonClient["control"],
  queue: string,
  limit: number,
): Promise<{ readonly letters: readonly DeadLetter[]; readonly more: boolean }> => {
  const letters: DeadLetter[] = [];
  let pageToken = "";
  do {
    const pageSize = Math.min(limit - letters.length, largestPage);
    const page = await control.deadLetters(queue, { pageSize, pageToken });
    letters.push(...page.deadLetters);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && letters.length < limit);
  return { letters, more: pageToken !== "" };
};

export const addClusterDeadLetters = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(
    cluster
      .command("dead-letters <queue>")
      .description("work of a queue, such as scan/subtasks, that was given up, and why"),
  )
    .option("--limit <n>", "dead letters at most", parseWhole(1, 100_000), usualLimit)
    .action(async (queue: string, flags: Flags) => {
      const { letters, more } = await callNode(flags, ({ control }) => firstOf(control, queue, flags.limit));
      await printRows(letters, flags.json === true, {
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
