import { Option, type Command } from "commander";
import { parseDuration, parseWhole } from "../../process/parse-flags.ts";
import { type OnExit, withConnectionFlags } from "../common-flags.ts";
import { allowIncomplete } from "./file-flags.ts";
import type { SubmitFlags } from "./submit-files.ts";

const taskTypes = ["sample-file", "log-data", "code", "script"];
const usualWaitMs = 900_000;

export const addFileSubmit = (file: Command, onExit: OnExit): void => {
  const command = file
    .command("submit <path...>")
    .description("have files, and those in folders, scanned: those that the cluster has no verdict of are sent to it");
  withConnectionFlags(command, "a JSON object for each file")
    .addOption(new Option("--type <type>", "what the files are").choices(taskTypes).default("sample-file"))
    .option("--source <name>", "who wants to know (default: the name of the caller)")
    .option("--callback <url>", "where the verdicts are sent too, within detect.callback.egress")
    .option("--priority <n>", "of the scans: 0 to 255, lower first (default: 100)", parseWhole(0, 255))
    .option(
      "--wait <duration>",
      "how long to wait for the verdict of a file (default: 15m)",
      parseDuration,
      usualWaitMs,
    )
    .option("--no-wait", "do not wait for verdicts")
    .option(...allowIncomplete)
    .action(async (paths: readonly string[], flags: SubmitFlags) => {
      const { submitFiles } = await import("./submit-files.ts");
      onExit(await submitFiles(paths, flags));
    });
};
