import type { Command } from "commander";
import type { ExitCode } from "../process/exit-codes.ts";
import { planNodes } from "../node/process/plan-nodes.ts";
import { parseWhole } from "../process/parse-flags.ts";
import { readConfig } from "../process/read-config.ts";
import { overridesOf, withNodeFlags, type NodeFlags } from "./node.ts";

const mostNodes = 32;

/** The flags that every node gets; addresses and ids are each node's own. */
const sharedArgs = (flags: NodeFlags): readonly string[] => [
  ...(flags.config === undefined ? [] : ["--config", flags.config]),
  ...(flags.store === undefined ? [] : ["--store", flags.store]),
  ...(flags.scope ?? []).flatMap((entry) => ["--scope", entry]),
  ...(flags.logLevel === undefined ? [] : ["--log-level", flags.logLevel]),
  ...(flags.quiet === true ? ["--quiet"] : []),
];

export const addUp = (program: Command, onExit: (code: ExitCode) => void): void => {
  withNodeFlags(
    program.command("up").description("run some nodes on one store in the foreground, on consecutive ports"),
  )
    .option("--nodes <n>", "how many", parseWhole(1, mostNodes), 3)
    .action(async (flags: NodeFlags & { readonly nodes: number }) => {
      const { runUp } = await import("../node/process/run-up.ts");
      const { config } = readConfig(flags.config, overridesOf(flags));
      onExit(
        await runUp({
          nodes: planNodes(config, flags.nodes),
          args: sharedArgs(flags),
          json: flags.json === true,
          quiet: flags.quiet === true,
        }),
      );
    });
};
