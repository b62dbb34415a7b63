import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

export const addClusterDrain = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(
    cluster.command("drain <id>").description("let a node hand back its work, leave the cluster and end its process"),
  ).action(async (id: string, flags: ConnectionFlags) => {
    await callNode(flags, ({ control }) => control.drain(id));
    await toStdout(flags.json === true ? jsonLine({ node: id, draining: true }) : `${id} drains\n`);
    onExit(exitCodes.complete);
  });
};
