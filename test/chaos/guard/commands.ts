import { holds, hurt } from "../respond/floors.ts";
import { serviceRun } from "./service/service-run.ts";
import { writersRun } from "./writers-run.ts";

/** What a person asked for; the defaults are main's. */
export interface GuardFlags {
  readonly kills: number | undefined;
  readonly stops: number | undefined;
  /** How long a writer is frozen. */
  readonly stopMs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

const mostRatio = 1.3;
/** Of the kills, within `check` by the writer's ledger: the rest hits the writing of the ledger, the event loop and frozen writers. */
const leastInside = 0.2;

/** `guard-writers`: holds if what killed writers lose is bounded, nothing is counted twice, and no writer notices what happens to others. */
export const guardWriters = async (flags: GuardFlags): Promise<boolean> => {
  const { kills = 1_000, stops = 100, stopMs, seed, say } = flags;
  const seen = await writersRun({ kills, stops, stopMs, seed, say });
  flags.print(JSON.stringify({ seed, ...seen }));
  const slower = seen.p99Ratio > mostRatio ? [`p99 of the others is ${seen.p99Ratio} times that of calm rounds`] : [];
  const hard = hurt(flags, [
    ["kills", seen.kills, kills],
    ["kills within check", seen.killsInside, Math.floor(kills * leastInside)],
    ["stops", seen.stops, stops],
  ]);
  return holds(flags, "guard-writers", [...seen.violations, ...slower]) && hard;
};

const leastAccessesOfKill = 1_000;

/** `guard-service`: holds if each account is counted as often as it was recorded, whichever nodes were killed meanwhile. */
export const guardService = async (flags: GuardFlags): Promise<boolean> => {
  const { kills = 20, seed, say } = flags;
  const { violations, ...seen } = await serviceRun({ kills, seed, say });
  flags.print(JSON.stringify({ seed, ...seen }));
  const hard = hurt(flags, [
    ["kills", seen.kills, kills],
    ["accesses", seen.accesses, kills * leastAccessesOfKill],
    ["parts that were sent again", seen.repeatedParts, Math.floor(kills / 10)],
  ]);
  return holds(flags, "guard-service", violations) && hard;
};
