import { join } from "node:path";
import { Option, type Command } from "commander";
import { systemClock } from "../../../base/clock.ts";
import { systemRandom } from "../../../base/random.ts";
import { roles, type Role } from "../../../wire/index.ts";
import { writeKeyPair } from "../../certificates/key-pair-files.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { collect, parseWhole } from "../../process/parse-flags.ts";
import { type OnExit, type OutputFlags, withOutputFlags } from "../common-flags.ts";
import { authorityFile, defaultDirectory } from "./default-files.ts";
import { holderOf } from "./holder.ts";
import { tellFiles } from "./tell-files.ts";

const oneYear = 365;

interface Flags extends OutputFlags {
  readonly dir?: string;
  readonly out?: string;
  readonly node?: string;
  readonly client?: string;
  readonly role?: Role;
  readonly host?: readonly string[];
  readonly days: number;
}

export const addCertIssue = (cert: Command, onExit: OnExit): void => {
  withOutputFlags(
    cert
      .command("issue")
      .description("make a certificate for a node or a client, signed by the authority that cert init has made")
      .option("--node <id>", "for the node of this node.id")
      .option("--host <host>", "DNS name or address where other programs reach the node; repeatable", collect)
      .option("--client <name>", "for somebody who calls nodes")
      .addOption(new Option("--role <role>", "what the client may do").choices(roles))
      .option("--days <n>", "how long it is good for", parseWhole(1, 10 * oneYear), oneYear)
      .option("--dir <folder>", `where the authority is (default: ${defaultDirectory})`)
      .option("--out <folder>", "where the certificate is written (default: that of the authority)"),
    "one JSON object",
  ).action(async (flags: Flags) => {
    const { issueCertificate } = await import("../../certificates/issue.ts");
    const { openAuthority } = await import("../../certificates/open-authority.ts");
    const directory = flags.dir ?? defaultDirectory;
    const nowMs = systemClock.wallMs();
    const authority = await openAuthority(directory, authorityFile, nowMs);
    const { peer, hosts, fileName } = holderOf(flags, authority.cluster);
    // Beyond the end of the authority it would be good for nothing.
    const days = Math.min(flags.days, authority.daysLeft);
    const pair = await issueCertificate(authority.pair, peer, hosts, { nowMs, days }, systemRandom);
    const files = await writeKeyPair(flags.out ?? directory, fileName, pair);
    await tellFiles(files, { cluster: authority.cluster, ca: join(directory, `${authorityFile}.pem`) }, flags);
    onExit(exitCodes.complete);
  });
};
