import { parseStores } from "../cluster/commands.ts";
import { percentile } from "../cancel/cancel-run.ts";
import { respondCancelRun } from "./cancel-run.ts";
import type { RespondFlags } from "./flags.ts";
import { filesOf, holds, hurt } from "./floors.ts";
import { floodRun } from "./flood-run.ts";
import { isolationRun } from "./isolation-run.ts";
import { killRun } from "./kill-run.ts";
import { mutantsRun } from "./mutants-run.ts";
import { orphansRun } from "./orphans-run.ts";

/** `respond-kill`: holds if nothing was done twice or lost; floors grow with the number of kills. */
export const respondKill = async (flags: RespondFlags): Promise<boolean> => {
  const { runs = 200, kills = 50 } = flags;
  const store = parseStores(flags.store ?? "lmdb")[0] ?? "lmdb";
  const { ledger, ...seen } = await killRun({ ...flags, nodes: 3, runs, kills, store, files: await filesOf(flags) });
  flags.print(JSON.stringify({ store, ...seen }));
  flags.print(`ledger ${JSON.stringify(ledger)}`);
  const hard = hurt(flags, [
    ["kills that hit a running run", seen.killsThatHit, Math.floor(kills * 0.4)],
    ["runs that went on in another process", seen.resumed, Math.floor(kills / 5)],
    ["questions", seen.questions, Math.floor(kills / 10)],
  ]);
  return holds(flags, "respond-kill", seen.violations) && hard;
};

const runsOfOrphans = 20;

/** `respond-orphans`: holds if a second after the kill of a node nothing of it is there. */
export const respondOrphans = async (flags: RespondFlags): Promise<boolean> => {
  const { rounds = 5, runs = runsOfOrphans } = flags;
  const { violations, ...seen } = await orphansRun({
    ...flags,
    rounds,
    drain: true,
    runs,
    files: await filesOf(flags),
  });
  flags.print(JSON.stringify(seen));
  return holds(flags, "respond-orphans", violations);
};

const longestCancelMs = 1_000;

/** `respond-cancel`: holds if every run has sent its last request, and lost its last process, within a second of the answer. */
export const respondCancel = async (flags: RespondFlags): Promise<boolean> => {
  const { runs = 40 } = flags;
  const { lastRequestMs, groupGoneMs, violations, ...seen } = await respondCancelRun({
    ...{ ...flags, runs },
    files: await filesOf(flags),
  });
  const shown = (times: readonly number[]) => ({
    ...{ p50: percentile(times, 0.5), p99: percentile(times, 0.99), max: times.at(-1) },
  });
  flags.print(JSON.stringify({ runs, lastRequestMs: shown(lastRequestMs), groupGoneMs: shown(groupGoneMs), ...seen }));
  const late = [lastRequestMs, groupGoneMs].flatMap((times) => times.filter((ms) => ms > longestCancelMs));
  return holds(flags, "respond-cancel", [...violations, ...late.map((ms) => `it went on ${ms} ms after the answer`)]);
};

const leastPerSecond = 2_000;
/** How much longer the last thousand may take than the first, beside what a busy machine does. */
const mostGrowth = { times: 2, ms: 20 } as const;

/** `respond-flood`: holds if no event is lost, whichever way they come, and they are taken as fast at the end as at the beginning. */
export const respondFlood = async (flags: RespondFlags): Promise<boolean> => {
  const { events = 10_000 } = flags;
  const { ledger, violations, ...seen } = await floodRun({ ...flags, events, files: await filesOf(flags) });
  flags.print(JSON.stringify(seen));
  flags.print(`ledger ${JSON.stringify(ledger)}`);
  const best = Math.max(...seen.floods.map(({ eventsPerSecond }) => eventsPerSecond));
  const slower = seen.floods.filter(({ firstP99, lastP99 }) => lastP99 > firstP99 * mostGrowth.times + mostGrowth.ms);
  return holds(flags, "respond-flood", [
    ...violations,
    ...slower.map(({ eventsACall, firstP99, lastP99 }) => {
      return `p99 with ${eventsACall} events a call grew from ${firstP99} ms to ${lastP99} ms`;
    }),
    ...(best < leastPerSecond ? [`${best} events/s at best, at least ${leastPerSecond} are due`] : []),
  ]);
};

const runsAtOnce = 20;
const mostRatio = 1.3;

/** `respond-isolation`: holds if runs beside three that do harm take hardly longer, and the three fail for the right reasons. */
export const respondIsolation = async (flags: RespondFlags): Promise<boolean> => {
  const { rounds = 3, runs = runsAtOnce } = flags;
  const { violations, ...seen } = await isolationRun({ ...flags, rounds, runs, files: await filesOf(flags) });
  flags.print(JSON.stringify(seen));
  const slower = `with the three the others take ${seen.ratio} times as long, at most ${mostRatio} are due`;
  return holds(flags, "respond-isolation", [...violations, ...(seen.ratio > mostRatio ? [slower] : [])]);
};

/** `respond-mutants`: holds if the node lives, answers and keeps its memory, whatever it is given. */
export const respondMutants = async (flags: RespondFlags): Promise<boolean> => {
  const { count = 10_000 } = flags;
  const { violations, ...seen } = await mutantsRun({ ...flags, count, files: await filesOf(flags) });
  flags.print(JSON.stringify(seen));
  return holds(flags, "respond-mutants", violations);
};
