import { stormRun } from "./storm-run.ts";

/** What a person asked for; the defaults are main's. */
export interface StormFlags {
  readonly seconds: number;
  readonly seed: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

const nodes = 5;
const faultEveryMs = 1_800;
const longestCalmSeconds = 60;
const calmShare = 0.25;
/** In ten minutes, at least; a shorter run owes a part of them. */
const floors = { seconds: 600, all: 300, faults: 20, refused: 5, takeovers: 20, condemned: 5, cancelled: 5 } as const;
const leastShare = 0.25;
const longestConvergeMs = 10_000;
const shown = 10;

/** `storm`: holds if the ledger is clean and the run was hard enough to show it. */
export const storm = async (flags: StormFlags): Promise<boolean> => {
  const { seconds } = flags;
  const calmSeconds = Math.min(longestCalmSeconds, seconds * calmShare);
  const { ledger, wrong, ...seen } = await stormRun({ ...flags, calmSeconds, nodes, faultEveryMs });
  flags.print(JSON.stringify({ ...seen, wrong: wrong.length }));
  for (const one of wrong.slice(0, shown)) flags.print(`wrong: ${one}`);
  flags.print(`ledger ${JSON.stringify(ledger)}`);
  const part = Math.min(1, seconds / floors.seconds);
  const least = (floor: number): number => Math.floor(floor * part);
  const all = Object.values(seen.faults).reduce((sum, count) => sum + count, 0);
  const counted = {
    ...Object.fromEntries(Object.entries(seen.faults).map(([kind, count]) => [kind, [count, floors.faults]])),
    faults: [all, floors.all],
    refused: [seen.refused, floors.refused],
    takeovers: [seen.takeovers, floors.takeovers],
    condemned: [seen.condemned, floors.condemned],
    cancelled: [seen.cancelled, floors.cancelled],
  } as Readonly<Record<string, readonly [number, number]>>;
  const unmet = [
    ...Object.entries(counted).flatMap(([name, [count, floor]]) =>
      count < least(floor) ? [`${name}: ${count} of ${least(floor)}`] : [],
    ),
    ...(seen.disturbedPerSecond < seen.calmPerSecond * leastShare ? ["too little was finished under faults"] : []),
    ...(seen.convergedMs > longestConvergeMs ? [`converged after ${seen.convergedMs} ms`] : []),
    ...seen.unmeant,
  ];
  for (const one of unmet) flags.print(`floor not met: ${one}`);
  const broken = ledger.lost + ledger.doneTwice + wrong.length + seen.deadLetters + seen.badEnds;
  return broken + unmet.length === 0;
};
