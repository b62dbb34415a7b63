import type { Command } from "commander";
import { commaList, parseWhole } from "../../process/parse-flags.ts";
import { type OnExit, withConnectionFlags } from "../common-flags.ts";
import type { ProxyFlags } from "./run-proxy-here.ts";

const mostRuleNumber = 65_535;
const parseNumbers = (text: string): readonly number[] => commaList(text).map(parseWhole(1, mostRuleNumber));

export const addGuardProxy = (guard: Command, onExit: OnExit): void => {
  withConnectionFlags(
    guard
      .command("proxy")
      .description(
        "run the proxy of this host's front ends in the foreground, where no node does, with the settings of the config",
      ),
    "no effect: the log is JSON lines where it is no terminal",
  )
    .option("--folder <path>", "shared with the front ends (guard.folder)")
    .option("--spool <path>", "of reports that were not acknowledged yet (guard.spoolFolder)")
    .option("--rules <numbers>", "those assigned to the front ends, comma-separated (guard.rules)", parseNumbers)
    .option("--log-level <level>", "of the log on standard error (log.level)")
    .addHelpText(
      "after",
      "\nA token of role reporter is enough. Ends in order at SIGTERM (code 0) and at Ctrl-C (130).",
    )
    .action(async (flags: ProxyFlags) => {
      const { runProxyHere } = await import("./run-proxy-here.ts");
      onExit(await runProxyHere(flags));
    });
};
