import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { createSay } from "../../output/messages.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

export const addGuardStats = (guard: Command, onExit: OnExit): void => {
  withConnectionFlags(
    guard.command("stats").description("what each shard of the service has counted since its node took it over"),
  )
    .addHelpText(
      "after",
      "\nExits with 4 when a shard has no owner now, or its owner did not answer: what it has counted is not known.",
    )
    .action(async (flags: ConnectionFlags) => {
      const shards = await callNode(flags, (client) => client.guard.stats());
      await printRows(shards, flags.json === true, {
        head: [
          ...["shard", "node", "subjects", "active", "pending", "passed", "intercepted", "crossings"],
          ...["late", "uncounted", "repeated"],
        ],
        cells: (shard) =>
          shard.node === ""
            ? [shard.shard, "unknown", ...Array<string>(9).fill("")]
            : [
                ...[shard.shard, shard.node, shard.subjects, shard.active, shard.pending],
                ...[shard.passed, shard.intercepted, shard.crossings, shard.late, shard.uncounted, shard.repeatedParts],
              ],
        none: "no shards",
      });
      const unknown = shards.filter(({ node }) => node === "").length;
      if (unknown > 0)
        createSay(flags.quiet === true)(`${unknown} of ${shards.length} shards have no owner that answers`);
      onExit(unknown > 0 ? exitCodes.incomplete : exitCodes.complete);
    });
};
