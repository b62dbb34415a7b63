import type { Command } from "commander";
import { callNode } from "../calls/call-node.ts";
import { exitCodes } from "../process/exit-codes.ts";
import { createSay } from "../output/messages.ts";
import { firstRows } from "../calls/pages.ts";
import { parseWhole } from "../process/parse-flags.ts";
import { printRows } from "../output/text/print-rows.ts";
import { timeText } from "../output/scan/show-scan.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "./common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly limit: number;
}

const usualLimit = 100;

export const addAudit = (garrison: Command, onExit: OnExit): void => {
  withConnectionFlags(
    garrison.command("audit").description("changing calls that the cluster accepted or refused, latest first"),
  )
    .option("--limit <n>", "records at most", parseWhole(1, 100_000), usualLimit)
    .action(async (flags: Flags) => {
      const { rows, more } = await callNode(flags, ({ control }) =>
        firstRows(flags.limit, async (options) => {
          const { records, nextPageToken } = await control.audit(options);
          return { rows: records, nextPageToken };
        }),
      );
      await printRows(rows, flags.json === true, {
        head: ["time", "node", "call", "caller", "role", "by", "through", "subject", "outcome"],
        cells: ({ atMs, node, call, caller, role, by, through, subject, outcome }) => [
          ...[timeText(atMs), node, call],
          ...[caller, role, by, through, subject, outcome],
        ],
        none: "no records",
      });
      if (more) createSay(flags.quiet === true)(`there are more: --limit ${flags.limit} was reached`);
      onExit(exitCodes.complete);
    });
};
