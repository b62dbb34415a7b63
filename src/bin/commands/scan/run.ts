import type { Command } from "commander";
import { collect, parseWhole } from "../../process/parse-flags.ts";
import { type OnExit, withOutputFlags } from "../common-flags.ts";
import { withRequestFlags } from "./request-flags.ts";
import { withFindingsFlags, withResultFlags } from "./result-flags.ts";
import type { RunFlags } from "./run-here.ts";
import { withTargetFlags } from "./target-flags.ts";
import { withTemplateFlags } from "./template-flags.ts";

export const addScanRun = (scan: Command, onExit: OnExit): void => {
  const command = scan.command("run").description("scan websites from this process and print what was found");
  withRequestFlags(withTemplateFlags(withTargetFlags(command)))
    .option(
      "--scope <entry>",
      "a host, *.domain, address or network that may be contacted, with :port if wanted; repeatable (default: the targets)",
      collect,
    )
    .option("--resolver <address>", "a DNS server to ask instead of the machine's; repeatable", collect)
    .option("--concurrency <n>", "probes that work at once (default: scan.probes of the config)", parseWhole(1, 256))
    .option(
      "--baseline <file>",
      "findings of an earlier scan (JSON lines): what is new, fixed, unchanged; --fail-on then is about what is new",
    )
    .option("--store <dir>", "keep the scan here, so that it can go on after an interruption")
    .option("--config <file>", "the config file, for scan.* and log.level");
  withOutputFlags(
    withResultFlags(withFindingsFlags(command)).option("--strict", "exit with 4 if a template was refused"),
    "findings as JSON lines, the summary as JSON on standard error",
  ).action(async (flags: RunFlags) => {
    const { scanHere } = await import("./run-here.ts");
    onExit(await scanHere(flags));
  });
};
