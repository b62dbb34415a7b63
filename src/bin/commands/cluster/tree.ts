import type { Command } from "commander";
import { actorTree } from "../../output/actor-tree.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { parseDuration } from "../../process/parse-flags.ts";
import { toStdout } from "../../output/stdout.ts";
import { UsageError } from "../../process/usage-error.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly on: string;
  readonly watch?: true;
  readonly interval: number;
}

const usualIntervalMs = 1_000;
const shortestIntervalMs = 100;
const longestIntervalMs = 3_600_000;
/** To the first column of the first line, and nothing below. */
const clearScreen = "\u001b[H\u001b[J";

export const addClusterTree = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(
    cluster.command("tree").description("the live actors of all nodes, with their phases and counters"),
  )
    .option("--on <id>", "the node whose actors are shown, * for all of them", "*")
    .option("--watch", "show them again and again, until Ctrl-C")
    .option("--interval <duration>", "with --watch: how often", parseDuration, usualIntervalMs)
    .action(async (flags: Flags) => {
      const { on, watch, interval } = flags;
      if (interval < shortestIntervalMs || interval > longestIntervalMs) {
        throw new UsageError("--interval: use 100ms to 1h");
      }
      const repaint = watch === true && process.stdout.isTTY ? clearScreen : "";
      const code = await callNodeLong(flags, async ({ control }, signal) => {
        const options = { node: on, ...(watch === true ? { intervalMs: interval } : {}) };
        for await (const nodes of control.watchActors(options, signal)) {
          const text = flags.json === true ? jsonLine({ nodes }) : `${repaint}${actorTree(nodes)}`;
          if (!(await toStdout(text))) break;
        }
        return signal.aborted ? exitCodes.interrupted : exitCodes.complete;
      });
      onExit(code);
    });
};
