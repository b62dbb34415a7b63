import type { Command } from "commander";
import type { CredentialFlags } from "../calls/caller-credentials.ts";
import type { ExitCode } from "../process/exit-codes.ts";

/** How a command says what its process ends with. */
export type OnExit = (code: ExitCode) => void;

/** Flags of every command. */
export interface OutputFlags {
  readonly json?: true;
  readonly quiet?: true;
}

/** Flags of every command that calls a node. */
export interface ConnectionFlags extends OutputFlags, CredentialFlags {
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
      .option("--tls-ca <file>", "the authority that signed the nodes' certificates (tls.ca)")
      .option("--tls-cert <file>", "the client certificate to call with (tls.cert)")
      .option("--tls-key <file>", "its private key (tls.key)")
      .option("--token-file <file>", "the token to call with (control.tokenFile)")
      .option("--config <file>", "the config file, for listen.grpc, control.tokenFile, tls.* and cluster.name"),
    json,
  );
