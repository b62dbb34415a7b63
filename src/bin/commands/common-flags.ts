import type { Command } from "commander";
import type { ExitCode } from "../process/exit-codes.ts";

/** How a command says what its process ends with. */
export type OnExit = (code: ExitCode) => void;

/** Flags of every command. */
export interface OutputFlags {
  readonly json?: true;
  readonly quiet?: true;
}

/** Flags of every command that calls a node. */
export interface ConnectionFlags extends OutputFlags {
  readonly node?: string;
  readonly config?: string;
}

export const withOutputFlags = (command: Command, json = "one JSON object, or one a line"): Command =>
  command.option("--json", json).option("--quiet", "nothing on standard error but errors");

export const withConnectionFlags = (command: Command, json?: string): Command =>
  withOutputFlags(
    command
      .option(
        "--node <address>",
        "host:port of the node to call; of several, separated by commas, the first that answers (default: GARRISON_NODE, else listen.grpc of the config)",
      )
      .option("--config <file>", "the config file, for listen.grpc and control.tokenFile"),
    json,
  );
