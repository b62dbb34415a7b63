import { parseStores } from "../cluster/commands.ts";
import type { RespondFlags } from "../respond/flags.ts";
import { filesOf, holds, hurt } from "../respond/floors.ts";
import { detectKillRun, type DetectKillResult } from "./kill-run.ts";
import { victims } from "./victims.ts";

export interface DetectFlags extends RespondFlags {
  readonly tasks: number | undefined;
  readonly minutes: number | undefined;
}

const leastOfAKind = 5;
const usualMinutes = 30;

/** `detect-kill`: holds if every task has one decision, made from answers that were given, and nothing is fetched twice or left. */
export const detectKill = async (flags: DetectFlags): Promise<boolean> => {
  const { tasks = 2_000, kills = 30, minutes = usualMinutes } = flags;
  const store = parseStores(flags.store ?? "lmdb")[0] ?? "lmdb";
  const files = await filesOf(flags);
  const seen = await detectKillRun({ ...flags, tasks, kills, minutes, store, files });
  flags.print(JSON.stringify({ store, seed: flags.seed, tasks, ...seen }));
  flags.print(summary(tasks, seen));
  const { decided: done, decidedTwice: doneTwice } = seen;
  const ledger = { system: "detect", planned: tasks, done, doneTwice, lost: tasks - done, restarts: kills };
  flags.print(`ledger ${JSON.stringify(ledger)}`);
  const ofAKind = Math.min(leastOfAKind, Math.floor(kills / victims.length));
  const hard = hurt(flags, [
    ...victims.map(
      (victim) => [`kills of ${victim} while tasks were under way`, seen.kills[victim].hit, ofAKind] as const,
    ),
    ["tasks that another detector took over", seen.takenOver, Math.min(ofAKind, 1)],
  ]);
  return holds(flags, "detect-kill", seen.violations) && hard;
};

const summary = (tasks: number, seen: DetectKillResult): string => {
  const kills = victims.map((victim) => `${victim} ${seen.kills[victim].hit}/${seen.kills[victim].planned}`).join(" ");
  return [
    `detect-kill: ${seen.decided} of ${tasks} tasks decided in ${seen.seconds} s, ${seen.decidedTwice} twice, ${seen.degraded} degraded`,
    `kills hit/planned: ${kills}; ${seen.takenOver} tasks taken over`,
    `${seen.scans} scans, ${seen.downloads} downloads, ${seen.downloadsAgain} of them again`,
    `left over ${seen.leftOver}, nodes declared dead alive ${seen.declaredDead}, violations ${seen.violations.length}`,
  ].join("; ");
};
