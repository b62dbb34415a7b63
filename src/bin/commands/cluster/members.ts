import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

export const addClusterMembers = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(
    cluster.command("members").description("the nodes of the cluster, and whether they are there"),
  ).action(async (flags: ConnectionFlags) => {
    const members = await callNode(flags, ({ control }) => control.members());
    await printRows(members, flags.json === true, {
      head: ["id", "state", "address", "http", "roles", "pid", "version", "started", "suspected by"],
      cells: ({ id, state, address, httpAddress, roles, pid, version, startedAtMs, suspicions }) => [
        ...[id, state, address, httpAddress, roles.join(" "), pid, version],
        timeText(startedAtMs),
        suspicions.map(({ by }) => by).join(" "),
      ],
      none: "no members",
    });
    onExit(exitCodes.complete);
  });
};
