import type { Command } from "commander";
import { parseWhole } from "../../process/parse-flags.ts";
import { type OnExit, withConnectionFlags } from "../common-flags.ts";
import { withRequestFlags } from "./request-flags.ts";
import type { SubmitFlags } from "./submit-targets.ts";
import { withTargetFlags } from "./target-flags.ts";
import { withTemplateFlags } from "./template-flags.ts";

export const addScanSubmit = (scan: Command, onExit: OnExit): void => {
  const command = scan.command("submit").description("hand scans to a cluster, one a target, and print their ids");
  withConnectionFlags(withRequestFlags(withTemplateFlags(withTargetFlags(command))))
    .option("--priority <n>", "0 to 255, lower first (default: 100)", parseWhole(0, 255))
    .action(async (flags: SubmitFlags) => {
      const { submitTargets } = await import("./submit-targets.ts");
      onExit(await submitTargets(flags));
    });
};
