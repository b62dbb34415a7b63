import { Option, type Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { actionText, ruleText } from "../../output/indication-text.ts";
import { printListing } from "../../output/text/print-listing.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly state?: "active" | "pending";
  readonly rule?: number;
  readonly limit: number;
}

const mostRuleNumber = 65_535;
const usualLimit = 100;

export const addGuardIndications = (guard: Command, onExit: OnExit): void => {
  withConnectionFlags(
    guard.command("indications").description("who is intercepted, and which blocks wait for a person"),
  )
    .addOption(new Option("--state <state>", "only these").choices(["active", "pending"]))
    .option("--rule <number>", "only those of this rule; 0: manual blocks", parseWhole(0, mostRuleNumber))
    .option("--limit <n>", "rows at most", parseWhole(1, 1_000_000), usualLimit)
    .action(async (flags: Flags) => {
      const { state, rule } = flags;
      const filter = { ...(state === undefined ? {} : { state }), ...(rule === undefined ? {} : { rule }) };
      await callNode(flags, ({ guard: client }) =>
        printListing(
          flags,
          async (options) => {
            const { indications: rows, nextPageToken } = await client.indications({ ...options, ...filter });
            return { rows, nextPageToken };
          },
          {
            head: ["state", "rule", "field", "subject", "action", "until", "offence", "by", "reason", "id"],
            cells: (row) => [
              ...[row.state, ruleText(row.rule), row.field, row.subject, actionText(row), timeText(row.untilMs)],
              ...[row.offence, row.by, row.reason, row.blockId ?? ""],
            ],
            none: "nobody is intercepted",
          },
        ),
      );
      onExit(exitCodes.complete);
    });
};
