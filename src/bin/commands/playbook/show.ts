import type { Command } from "commander";
import { type OnExit, withConnectionFlags } from "../common-flags.ts";
import type { ShowFlags } from "./show-playbook.ts";

export const addPlaybookShow = (playbook: Command, onExit: OnExit): void => {
  const command = playbook
    .command("show <file|id>")
    .description(
      "what a playbook does, as a graph of its steps, with its markings, signatures and variables: a CACAO file (a path with a slash, or .json), or one that the node that is called has loaded",
    );
  withConnectionFlags(command, "one JSON object, with the graph")
    .option("--svg", "the graph as a picture")
    .option("--output <file>", "write there instead of standard output")
    .action(async (name: string, flags: ShowFlags) => {
      const { showPlaybook } = await import("./show-playbook.ts");
      onExit(await showPlaybook(name, flags));
    });
};
