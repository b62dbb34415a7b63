import type { Command } from "commander";
import type { LoadOptions } from "../../config/index.ts";
import type { ExitCode } from "../process/exit-codes.ts";
import { collect } from "../process/parse-flags.ts";
import { readConfig } from "../process/read-config.ts";
import { withOutputFlags } from "./common-flags.ts";

/** Flags that stand for keys of the config. */
export interface NodeFlags {
  readonly config?: string;
  readonly store?: string;
  readonly scope?: readonly string[];
  readonly grpc?: string;
  readonly http?: string;
  readonly logLevel?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const withNodeFlags = (command: Command): Command =>
  withOutputFlags(
    command
      .option("--config <file>", "YAML")
      .option("--store <url>", "lmdb:DIR, redis://HOST:PORT, rediss://… or memory: (store.url)")
      .option(
        "--scope <entry>",
        "what may be contacted: a host, *.domain, address or network; repeatable (scan.scope)",
        collect,
      )
      .option("--grpc <address>", "of the control plane, port 0: any (listen.grpc)")
      .option("--http <address>", "of metrics and health, port 0: any (listen.http)")
      .option("--log-level <level>", "of the log on standard error (log.level)"),
    "one JSON object a line, the first when all is ready",
  );

/** The keys that flags set. `--quiet` leaves errors in the log. */
export const overridesOf = (flags: NodeFlags): NonNullable<LoadOptions["overrides"]> => ({
  "store.url": flags.store,
  "scan.scope": flags.scope,
  "listen.grpc": flags.grpc,
  "listen.http": flags.http,
  "log.level": flags.logLevel ?? (flags.quiet === true ? "error" : undefined),
});

export const addNode = (program: Command, onExit: (code: ExitCode) => void): void => {
  withNodeFlags(program.command("node").description("run one node of a cluster in the foreground"))
    .option("--id <id>", "name of the node (node.id)")
    .addHelpText(
      "after",
      "\nEnds in order at SIGTERM (code 0), at Ctrl-C (130), and when its standard input is a pipe that ends.\nCode 75: it is no longer part of the cluster, mostly since it was frozen and declared dead.",
    )
    .action(async (flags: NodeFlags & { readonly id?: string }) => {
      const { runNode } = await import("../node/run-node.ts");
      const { config } = readConfig(flags.config, { ...overridesOf(flags), "node.id": flags.id });
      onExit(await runNode({ config, json: flags.json === true, quiet: flags.quiet === true }));
    });
};
