import { parseStores } from "../cluster/commands.ts";
import type { RespondFlags } from "../respond/flags.ts";
import { filesOf, holds, hurt } from "../respond/floors.ts";
import { detectKillRun } from "./kill-run.ts";

export interface DetectFlags extends RespondFlags {
  readonly tasks: number | undefined;
}

const leastOfAKind = 5;

/** `detect-kill`: holds if every task has one decision, made from answers that were given, and nothing is fetched twice or left. */
export const detectKill = async (flags: DetectFlags): Promise<boolean> => {
  const { tasks = 2_000, kills = 30 } = flags;
  const store = parseStores(flags.store ?? "lmdb")[0] ?? "lmdb";
  const { ledger, ...seen } = await detectKillRun({ ...flags, tasks, kills, store, files: await filesOf(flags) });
  flags.print(JSON.stringify({ store, ...seen }));
  flags.print(`ledger ${JSON.stringify(ledger)}`);
  const ofAKind = Math.min(leastOfAKind, Math.floor(kills / 3));
  const hard = hurt(flags, [
    ["detectors killed", seen.killed.detector, ofAKind],
    ["relays killed", seen.killed.relay, ofAKind],
    ["centres killed", seen.killed.centre, ofAKind],
    ["tasks that another detector took over", seen.takenOver, 1],
  ]);
  return holds(flags, "detect-kill", seen.violations) && hard;
};
