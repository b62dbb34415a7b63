import type { Command } from "commander";
import { callNodeLong } from "../../calls/call-node.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { followRuns } from "./follow-runs.ts";

export const addRunWatch = (run: Command, onExit: OnExit): void => {
  withConnectionFlags(
    run
      .command("watch <id...>")
      .description(
        "follow runs until they have ended: exits with 0 when all are done or skipped, 1 when one failed, 4 when one was cancelled, was given up or waits for a person. Ctrl-C ends the watching, not the runs",
      ),
    "each change as a JSON line",
  ).action(async (ids: readonly string[], flags: ConnectionFlags) => {
    const unique = [...new Set(ids)];
    onExit(await callNodeLong(flags, (client, signal) => followRuns(client, unique, flags, signal)));
  });
};
