import type { SystemLedger } from "./load.ts";
import { loadNames, wholeRun, type LoadName, type WholeRunResult } from "./whole-run.ts";

/** What a person asked for; the defaults are main's. */
export interface WholeFlags {
  readonly seconds: number;
  readonly seed: number;
  readonly leaseMs: number;
  /** Names of loads, separated by commas; absent: all. */
  readonly only: string | undefined;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

const tenMinutes = 600;
const leastOfAKind = 20;
/** Only such actors are stopped. */
const withActorsOfItems: readonly LoadName[] = ["scan", "respond", "loop"];
const longestConvergeMs = 10_000;

/** The whole system: holds if the ledger of each system is clean and the run was hard enough to show it. */
export const whole = async (flags: WholeFlags): Promise<boolean> => {
  const { seconds, print } = flags;
  const result = await wholeRun({ ...flags, loads: parseLoads(flags.only) });
  const loads = Object.entries(result.settled);
  const summary = Object.fromEntries(loads.map(([name, { seen }]) => [name, seen]));
  print(JSON.stringify({ seed: flags.seed, seconds, ...result, settled: summary, violations: undefined }));
  const ledgers = loads.flatMap(([, { ledgers }]) => ledgers);
  const violations = [
    ...result.violations,
    ...loads.flatMap(([name, { violations }]) => violations.map((one) => `${name}: ${one}`)),
    ...result.unmeant,
    ...(result.badEnds === 0 ? [] : [`${result.badEnds} nodes did not end in order`]),
    ...(result.convergedMs > longestConvergeMs ? [`converged after ${result.convergedMs} ms`] : []),
  ];
  const missed = floorsOf(result).filter(({ seen, least }) => seen < Math.floor((least * seconds) / tenMinutes));
  for (const one of violations) print(`violated: ${one}`);
  for (const { name, seen, least } of missed) {
    print(`floor not met: ${seen} ${name}, at least ${Math.floor((least * seconds) / tenMinutes)}`);
  }
  for (const ledger of ledgers) print(`ledger ${JSON.stringify(ledger)}`);
  return violations.length + missed.length === 0 && ledgers.every(isClean);
};

/** @throws Error for a name that no load has */
const parseLoads = (only: string | undefined): readonly LoadName[] => {
  if (only === undefined) return loadNames;
  return only.split(",").map((wanted) => {
    const found = loadNames.find((name) => name === wanted);
    if (found === undefined) throw new Error(`--only: there is no ${wanted}: ${loadNames.join(", ")}`);
    return found;
  });
};

interface NamedFloor {
  readonly name: string;
  readonly seen: number;
  readonly least: number;
}

const floorsOf = ({ settled, faults, actors }: WholeRunResult): readonly NamedFloor[] => [
  ...Object.values(settled).flatMap(({ floors }) =>
    Object.entries(floors).map(([name, { seen, tenMinutes }]) => ({ name, seen, least: tenMinutes })),
  ),
  ...Object.entries(faults).map(([kind, seen]) => ({ name: `faults of kind ${kind}`, seen, least: leastOfAKind })),
  ...Object.entries(actors)
    .filter(([kind]) => kind !== "stop" || withActorsOfItems.some((load) => load in settled))
    .map(([kind, seen]) => ({ name: `actors hit by ${kind}`, seen, least: leastOfAKind })),
];

const isClean = ({ lost, doneTwice }: SystemLedger): boolean => lost + doneTwice === 0;
