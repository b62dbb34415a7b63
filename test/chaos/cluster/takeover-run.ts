import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import type { StoreKind } from "./chaos-store.ts";
import { OwnerCluster } from "./owner-cluster.ts";
import type { OwnerProcess } from "./owner-process.ts";

export interface TakeoverRunOptions {
  readonly store: StoreKind;
  readonly nodes: number;
  readonly rounds: number;
  readonly shards: number;
  readonly leaseMs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** In milliseconds from the kill to the first write of a new owner that the store accepted. */
export interface TakeoverTimes {
  readonly store: StoreKind;
  readonly nodes: number;
  readonly kills: number;
  readonly singletons: number;
  readonly singletonMedianMs: number;
  readonly singletonWorstMs: number;
  readonly shards: number;
  readonly shardMedianMs: number;
  readonly shardWorstMs: number;
}

const singleton = "alone/0";
/** Far later than allowed: then the figure says how late it was. */
const takenMs = 30_000;
const settledMs = 60_000;
const lookEveryMs = 10;

/** Kills the node of the singleton and, in turn, another one, while nobody starts it again; says how long what it owned had no owner. */
export const takeoverRun = async (options: TakeoverRunOptions): Promise<TakeoverTimes> => {
  const { store, nodes, rounds, say } = options;
  const random = seededRandom(options.seed);
  const cluster = await OwnerCluster.start(options);
  const times: { readonly owned: string; readonly ms: number }[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      cluster.restarts = false;
      const alone = cluster.owned.ownerOf(singleton);
      const lives = cluster.nodes.flatMap((node) => node.lives.at(-1) ?? []);
      const others = lives.filter(({ writer }) => writer !== alone);
      const victim =
        round % 2 === 0 ? lives.find(({ writer }) => writer === alone) : others[random.below(others.length)];
      if (victim === undefined) throw new Error(`nobody to kill: the singleton is owned by ${alone ?? "nobody"}`);
      // At any moment of the lease's life.
      await pause(random.next() * options.leaseMs);
      const taken = await timeTakeover(cluster, victim);
      times.push(...taken);
      say(
        `${store}, ${nodes} nodes, round ${round + 1}: ${taken.length} things taken over in ${worst(taken.map(({ ms }) => ms))} ms`,
      );
      cluster.restarts = true;
      await cluster.untilSettled(settledMs);
    }
    await cluster.stop(true);
  } finally {
    await cluster.end();
  }
  const singletons = times.filter(({ owned }) => owned === singleton).map(({ ms }) => ms);
  const shards = times.filter(({ owned }) => owned !== singleton).map(({ ms }) => ms);
  return {
    ...{ store, nodes, kills: rounds },
    ...{ singletons: singletons.length, singletonMedianMs: median(singletons), singletonWorstMs: worst(singletons) },
    ...{ shards: shards.length, shardMedianMs: median(shards), shardWorstMs: worst(shards) },
  };
};

const timeTakeover = async (
  cluster: OwnerCluster,
  victim: OwnerProcess,
): Promise<readonly { readonly owned: string; readonly ms: number }[]> => {
  cluster.look();
  const orphans = cluster.owned.of(victim.writer);
  const killedAtMs = systemClock.monotonicMs();
  await cluster.kill(victim);
  const left = (): readonly string[] =>
    orphans.filter((owned) => cluster.owned.takenAtMs(owned, victim.writer) === undefined);
  await until(
    async () => {
      await pause(lookEveryMs);
      cluster.look();
      return left().length === 0;
    },
    () => ({ left: left(), owners: cluster.owned.state() }),
    takenMs,
  );
  return orphans.map((owned) => ({
    owned,
    ms: Math.round((cluster.owned.takenAtMs(owned, victim.writer) ?? Number.NaN) - killedAtMs),
  }));
};

const worst = (times: readonly number[]): number => Math.max(0, ...times);

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
