import { Option, type Command } from "commander";
import { shippedKinds } from "../../../config/shipped-kinds.ts";
import { type OnExit, withOutputFlags } from "../common-flags.ts";
import type { DetectorRunFlags } from "./run-detector-here.ts";

export const addDetectorRun = (detector: Command, onExit: OnExit): void => {
  const command = detector
    .command("run")
    .description("run one detector of this host in the foreground, with the settings of the config");
  withOutputFlags(command, "no effect: the log is JSON lines where it is no terminal")
    .addOption(new Option("--kind <kind>", "what it scans with").choices(shippedKinds).makeOptionMandatory())
    .option("--name <name>", "its name, the only one of the host (default: kind and process id)")
    .option("--socket <path>", "of the relay of this host (detect.socket)")
    .option("--config <file>", "YAML")
    .option("--log-level <level>", "of the log on standard error (log.level)")
    .addHelpText("after", "\nEnds in order at SIGTERM (code 0) and at Ctrl-C (130): it reports what it has scanned.")
    .action(async (flags: DetectorRunFlags) => {
      const { runDetectorHere } = await import("./run-detector-here.ts");
      onExit(await runDetectorHere(flags));
    });
};
