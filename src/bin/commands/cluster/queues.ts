import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const ageText = (ms: number | undefined): string => (ms === undefined ? "" : `${(ms / 1_000).toFixed(1)}s`);

export const addClusterQueues = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(cluster.command("queues").description("the durable queues, and what is in them")).action(
    async (flags: ConnectionFlags) => {
      const queues = await callNode(flags, ({ control }) => control.queues());
      await printRows(queues, flags.json === true, {
        head: ["queue", "waiting", "delayed", "held", "claimed", "done", "failed", "cancelled", "dead", "oldest"],
        cells: (queue) => [
          `${queue.space}/${queue.name}`,
          ...[queue.waiting, queue.delayed, queue.held, queue.claimed],
          ...[queue.done, queue.failed, queue.cancelled, queue.dead],
          ageText(queue.oldestWaitingMs),
        ],
        none: "no queues",
      });
      onExit(exitCodes.complete);
    },
  );
};
