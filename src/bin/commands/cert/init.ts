import type { Command } from "commander";
import { systemClock } from "../../../base/clock.ts";
import { systemRandom } from "../../../base/random.ts";
import { writeKeyPair } from "../../certificates/key-pair-files.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { readConfig } from "../../process/read-config.ts";
import { type OnExit, type OutputFlags, withOutputFlags } from "../common-flags.ts";
import { authorityFile, defaultDirectory } from "./default-files.ts";
import { tellFiles } from "./tell-files.ts";

const tenYears = 3_650;

interface Flags extends OutputFlags {
  readonly dir?: string;
  readonly config?: string;
  readonly cluster?: string;
  readonly days: number;
}

export const addCertInit = (cert: Command, onExit: OnExit): void => {
  withOutputFlags(
    cert
      .command("init")
      .description("make the certificate authority of a cluster")
      .option("--dir <folder>", `where its files are written (default: ${defaultDirectory})`)
      .option("--config <file>", "the config file, for cluster.name")
      .option("--cluster <name>", "the cluster that it signs for (cluster.name)")
      .option("--days <n>", "how long it is good for", parseWhole(1, tenYears * 2), tenYears)
      .addHelpText(
        "after",
        "\nIts key signs whatever it is given: keep it off the nodes. Give ca.pem to each node and client as tls.ca.",
      ),
    "one JSON object",
  ).action(async (flags: Flags) => {
    const { createAuthority } = await import("../../certificates/issue.ts");
    const { config } = readConfig(flags.config, { "cluster.name": flags.cluster });
    const validity = { nowMs: systemClock.wallMs(), days: flags.days };
    const pair = await createAuthority(config.cluster.name, validity, systemRandom);
    const files = await writeKeyPair(flags.dir ?? defaultDirectory, authorityFile, pair);
    await tellFiles(files, { cluster: config.cluster.name }, flags);
    onExit(exitCodes.complete);
  });
};
