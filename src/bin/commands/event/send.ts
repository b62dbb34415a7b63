import type { Command } from "commander";
import { type OnExit, withConnectionFlags } from "../common-flags.ts";
import { withEventFlags } from "./event-flags.ts";
import type { SendFlags } from "./send-file.ts";

export const addEventSend = (event: Command, onExit: OnExit): void => {
  const command = event
    .command("send <file>")
    .description(
      "report the events of a file, - for standard input, and print their keys: an event a line, one JSON array, or JSON objects one after another",
    );
  withConnectionFlags(withEventFlags(command), "what became of each event as a JSON line")
    .option("--dry-run", "send nothing: say which playbooks would run, and why")
    .action(async (file: string, flags: SendFlags) => {
      const { sendFile } = await import("./send-file.ts");
      onExit(await sendFile(file, flags));
    });
};
