import { parseStores } from "../../cluster/commands.ts";
import { filesOf, holds, hurt } from "../floors.ts";
import type { RespondFlags } from "../flags.ts";
import { cacaoKillRun } from "./kill-run.ts";
import { cacaoMutantsRun } from "./mutants-run.ts";
import { allBoundaries, resumeRun } from "./resume-run.ts";

/** `respond-cacao-kill`: holds if each run came to what it comes to undisturbed, and nothing was done twice. */
export const respondCacaoKill = async (flags: RespondFlags): Promise<boolean> => {
  const { runs = 100, kills = 25 } = flags;
  const store = parseStores(flags.store ?? "lmdb")[0] ?? "lmdb";
  const { ledger, violations, ...seen } = await cacaoKillRun({
    ...{ ...flags, nodes: 3, runs, kills, store },
    files: await filesOf(flags),
  });
  flags.print(JSON.stringify({ store, ...seen }));
  flags.print(`ledger ${JSON.stringify(ledger)}`);
  const hard = hurt(flags, [
    ["kills that hit a running run", seen.killsThatHit, Math.floor(kills * 0.4)],
    ["answers of a person to manual steps", seen.manual, Math.floor(runs / 10)],
  ]);
  return holds(flags, "respond-cacao-kill", violations) && hard;
};

/** Of nine boundaries one is at a node, whose other runs are hit too. Odd, so that starts and ends take turns. */
const nodeEvery = 9;

/** `respond-cacao-resume`: holds if each run that was killed at a boundary came to the same, and no effect came again whose end was kept. */
export const respondCacaoResume = async (flags: RespondFlags): Promise<boolean> => {
  const all = allBoundaries(nodeEvery);
  const boundaries =
    flags.runs === undefined ? all : all.filter((_, n) => n % Math.ceil(all.length / (flags.runs ?? 1)) === 0);
  const { violations, ...seen } = await resumeRun({ ...flags, boundaries, files: await filesOf(flags) });
  flags.print(JSON.stringify(seen));
  const hard = hurt(flags, [["runs that were killed", seen.boundaries, boundaries.length]]);
  return holds(flags, "respond-cacao-resume", violations) && hard;
};

/** `respond-cacao-mutants`: holds if the node lives, executes and says of each playbook why it is refused. */
export const respondCacaoMutants = async (flags: RespondFlags): Promise<boolean> => {
  const { count = 10_000 } = flags;
  const { violations, ...seen } = await cacaoMutantsRun({ ...flags, count, files: await filesOf(flags) });
  flags.print(JSON.stringify(seen));
  const executed = Object.values(seen.runs).reduce((sum, runs) => sum + runs, 0);
  const hard = hurt(flags, [
    ["playbooks that were refused", seen.refused, Math.floor(count / 2)],
    ["mutants that were executed", executed, Math.floor(count / 200)],
  ]);
  return holds(flags, "respond-cacao-mutants", violations) && hard;
};
