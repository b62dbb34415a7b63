import type { Command } from "commander";
import { type OnExit, withConnectionFlags } from "../common-flags.ts";
import type { CheckFlags } from "./check-files.ts";
import { allowIncomplete } from "./file-flags.ts";

export const addFileCheck = (file: Command, onExit: OnExit): void => {
  const command = file
    .command("check <path...>")
    .description("what is known of files, and of those in folders, by their digests: no file leaves this machine");
  withConnectionFlags(command, "a JSON object for each file")
    .option("--scan", "scan again what the cluster has and has no verdict of that holds")
    .option("--source <name>", "who wants to know (default: the name of the caller)")
    .option(...allowIncomplete)
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { checkFiles } = await import("./check-files.ts");
      onExit(await checkFiles(paths, flags));
    });
};
