import { setTimeout as pause } from "node:timers/promises";
import { asError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { script } from "../../support/script.ts";
import { disturb, outcomeOf, type Disturbed, type FleetOutcome } from "../fleet/disturb.ts";
import type { FleetFaultKind } from "../fleet/fault-plan.ts";
import { Fleet } from "../fleet/fleet.ts";
import { ActorKiller, type ActorBlow } from "./actor-killer.ts";
import { DetectLoad } from "./detect-load.ts";
import { GuardLoad } from "./guard-load.ts";
import type { Load, Settled } from "./load.ts";
import { LoopLoad } from "./loop-load.ts";
import { mergeConfigs } from "./merge-configs.ts";
import { RespondLoad } from "./respond-load.ts";
import { ScanLoad } from "./scan-load.ts";

export interface WholeRunOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly leaseMs: number;
  /** The loads that take part. */
  readonly loads: readonly LoadName[];
  readonly say: (line: string) => void;
}

export interface WholeRunResult extends FleetOutcome {
  readonly faults: Readonly<Record<string, number>>;
  readonly actors: Readonly<Record<ActorBlow, number>>;
  /** How often actors of each kind were hit. */
  readonly actorKinds: Readonly<Record<string, number>>;
  /** From the last mended fault until every node that runs has open links to all others, and until every node was back. */
  readonly convergedMs: number;
  readonly wholeMs: number;
  /** By the name of the load. */
  readonly settled: Readonly<Record<string, Settled>>;
  /** What could not be settled, and what must not be of the nodes themselves. */
  readonly violations: readonly string[];
}

interface LoadSetup {
  readonly seed: number;
  readonly seconds: number;
  readonly calmMs: number;
}

const makers = {
  scan: ({ seed, calmMs }) => ScanLoad.start(seed, calmMs),
  respond: ({ seed }) => RespondLoad.start(seed),
  detect: ({ seed, seconds }) => new DetectLoad(seed, seconds),
  guard: ({ seed }) => new GuardLoad(seed),
  loop: () => LoopLoad.start(),
} satisfies Readonly<Record<string, (setup: LoadSetup) => Load | Promise<Load>>>;
export type LoadName = keyof typeof makers;
export const loadNames = Object.keys(makers) as readonly LoadName[];

const nodes = 3;
const faultEveryMs = 4_500;
const tellEveryMs = 10_000;
const longestCalmMs = 30_000;
/** After the last fault. Each load gives up sooner when nothing happens any more. */
const longestSettleMs = 900_000;
const calmShare = 0.1;
export const wholeFaultKinds = [
  "kill",
  "freeze",
  "store-restart",
  "reset",
  "cut-one-way",
  "cut-both",
] as const satisfies readonly FleetFaultKind[];

/**
 * All systems at once on three nodes and their Redis, with faults of nodes, links, Redis and single actors. What became of the work is what
 * each load has noted itself, or what it acts on.
 */
export const wholeRun = async (options: WholeRunOptions): Promise<WholeRunResult> => {
  const { seconds, seed, say } = options;
  const calmMs = Math.min(longestCalmMs, seconds * 1_000 * calmShare);
  const loads: Load[] = [];
  let fleet: Fleet | undefined;
  try {
    for (const name of options.loads) loads.push(await makers[name]({ seed, seconds, calmMs }));
    fleet = await Fleet.start({
      ...{ nodes, leaseMs: options.leaseMs, say },
      script: script("../storm/storm-node", import.meta.url),
      settings: { crashEvery: 0 },
      config: (node) => mergeConfigs(loads.map((load) => load.config(node))),
    });
    say(`${nodes} nodes take part`);
    return await play(fleet, loads, options, calmMs);
  } finally {
    for (const load of loads) load.stop();
    await fleet?.end();
    await Promise.allSettled(loads.map((load) => load.end()));
  }
};

const play = async (
  fleet: Fleet,
  loads: readonly Load[],
  { seconds, seed, leaseMs, say }: WholeRunOptions,
  calmMs: number,
): Promise<WholeRunResult> => {
  const tell = setInterval(() => say(loads.map((load) => load.progress()).join("; ")), tellEveryMs);
  try {
    const feeding = loads.map((load) => load.feed(fleet).then(() => [], notFed(load, say)));
    await pause(calmMs);
    const killer = new ActorKiller(fleet, seededRandom(seed));
    const killing = killer.run();
    killing.catch(() => undefined);
    say("the faults begin");
    const disturbed = await disturb(fleet, {
      ...{ seed, nodes, leaseMs, say },
      seconds: seconds - calmMs / 1_000,
      everyMs: faultEveryMs,
      kinds: wholeFaultKinds,
    });
    killer.stop();
    await killing;
    for (const load of loads) load.stop();
    const unfed = (await Promise.all(feeding)).flat();
    say("no more faults and no more work: what is under way ends");
    const settled = await settleAll(fleet, loads, disturbed);
    await fleet.drain();
    const { faults, convergedMs, wholeMs } = disturbed;
    return {
      faults: Object.fromEntries(wholeFaultKinds.map((kind) => [kind, faults.counts[kind]])),
      actors: killer.counts,
      actorKinds: Object.fromEntries([...killer.kinds].toSorted()),
      ...outcomeOf(fleet),
      ...{ convergedMs, wholeMs },
      settled: Object.fromEntries(
        settled.flatMap(({ name, result }) => (result === undefined ? [] : [[name, result]])),
      ),
      violations: [...unfed, ...settled.flatMap(({ problem }) => problem ?? [])],
    };
  } finally {
    clearInterval(tell);
  }
};

/** The others go on, so that the run shows what became of them. */
const notFed =
  ({ name }: Load, say: (line: string) => void) =>
  (error: unknown): readonly string[] => {
    const problem = `${name} could not be given work: ${reasonOf(error)}`;
    say(problem);
    return [problem];
  };

interface OneSettled {
  readonly name: string;
  readonly result?: Settled;
  readonly problem?: string;
}

const settleAll = (fleet: Fleet, loads: readonly Load[], disturbed: Disturbed): Promise<readonly OneSettled[]> =>
  Promise.all(
    loads.map((load) =>
      inTime(load.settle(fleet, disturbed)).then(
        (result): OneSettled => ({ name: load.name, result }),
        (error: unknown): OneSettled => ({
          name: load.name,
          problem: `${load.name} is not settled: ${reasonOf(error)}`,
        }),
      ),
    ),
  );

const inTime = async (settling: Promise<Settled>): Promise<Settled> => {
  const over = new AbortController();
  const late = pause(longestSettleMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not within ${longestSettleMs} ms`);
  });
  try {
    return await Promise.race([settling, late]);
  } finally {
    over.abort();
  }
};

const reasonOf = (thrown: unknown): string => {
  const { message, cause } = asError(thrown);
  return cause === undefined ? message : `${message}: ${reasonOf(cause)}`;
};
