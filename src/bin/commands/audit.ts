import type { Command } from "commander";
import type { AuditRecord, GarrisonClient } from "../../client/index.ts";
import { callNode } from "../call-node.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseWhole } from "../parse-flags.ts";
import { printRows } from "../print-rows.ts";
import { timeText } from "../show-scan.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "./common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly limit: number;
}

const usualLimit = 100;
const largestPage = 500;

const latest = async (control: GarrisonClient["control"], limit: number): Promise<readonly AuditRecord[]> => {
  const records: AuditRecord[] = [];
  let pageToken = "";
  do {
    const page = await control.audit({ pageSize: Math.min(limit - records.length, largestPage), pageToken });
    records.push(...page.records);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && records.length < limit);
  return records;
};

export const addAudit = (garrison: Command, onExit: OnExit): void => {
  withConnectionFlags(
    garrison.command("audit").description("changing calls that the cluster accepted or refused, latest first"),
  )
    .option("--limit <n>", "records at most", parseWhole(1, 100_000), usualLimit)
    .action(async (flags: Flags) => {
      const records = await callNode(flags, ({ control }) => latest(control, flags.limit));
      await printRows(records, flags.json === true, {
        head: ["time", "node", "call", "caller", "subject", "outcome"],
        cells: ({ atMs, node, call, caller, subject, outcome }) => [
          ...[timeText(atMs), node, call],
          ...[caller, subject, outcome],
        ],
        none: "no records",
      });
      onExit(exitCodes.complete);
    });
};
