import type { Command } from "commander";
import { callNodeLong } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

export const addGuardWatch = (guard: Command, onExit: OnExit): void => {
  withConnectionFlags(
    guard
      .command("watch")
      .description("interceptions as they begin (+) and end (-), those that hold now first; until Ctrl-C"),
    "each change as a JSON line",
  ).action(async (flags: ConnectionFlags) => {
    const { watchTable } = await import("./watch-table.ts");
    onExit(
      await callNodeLong(flags, async (client, signal) => {
        await watchTable(client, flags, signal);
        return signal.aborted ? exitCodes.interrupted : exitCodes.complete;
      }),
    );
  });
};
