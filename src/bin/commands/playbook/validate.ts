import type { Command } from "commander";
import { type OnExit, withOutputFlags } from "../common-flags.ts";
import type { ValidateFlags } from "./validate-files.ts";

export const addPlaybookValidate = (playbook: Command, onExit: OnExit): void => {
  const command = playbook
    .command("validate <path...>")
    .description(
      "say of every playbook and every file of bindings, in files or folders that belong together, whether it can be used, and why not. Loads playbooks in processes of their own, needs no cluster",
    );
  withOutputFlags(command, "one JSON object a line, for each file")
    .option("--config <file>", "the config file, for the limits of respond.child, and whose signatures count")
    .action(async (paths: readonly string[], flags: ValidateFlags) => {
      const { validateFiles } = await import("./validate-files.ts");
      onExit(await validateFiles(paths, flags));
    });
};
