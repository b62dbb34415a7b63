import type { Clock } from "../../src/base/clock.ts";
import { ClusterError, commitUnder, ownedKind, type Grant, type OwnedKind } from "../../src/cluster/index.ts";
import { same, type Context, type Props, type Same } from "../../src/kernel/index.ts";
import { StoreError, type Change, type Space } from "../../src/store/index.ts";
import type { Enter } from "./event-loop.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { World } from "./world.ts";

/** The space of what the cluster owns. */
export const ownedSpace = "owned";

const kinds = [
  { name: "ledger", shards: 1 },
  { name: "cells", shards: 12 },
] as const;

/** The keys of all fences. */
export const fenceKeys: readonly string[] = kinds.flatMap(({ name, shards }) =>
  Array.from({ length: shards }, (_, shard) => `owner/${name}/${shard}`),
);

export interface OwnedWorkSetup {
  readonly world: World;
  readonly store: SimulatedStore;
  readonly space: Space;
  readonly clock: Clock;
  readonly enter: Enter;
  /** Node and incarnation. */
  readonly owner: string;
}

interface Tick {
  readonly type: "tick";
}

const shortestPauseMs = 600;
const longestPauseMs = 2_000;
const carelessChance = 0.5;
const slowChance = 0.25;
const longestWorkMs = 8_000;

/** A singleton and a sharded kind of work. */
export const ownedKinds = (setup: OwnedWorkSetup): readonly OwnedKind[] =>
  kinds.map((kind) => ownedKind({ ...kind, space: setup.space, props: (grant) => ownerProps(setup, grant) }));

/** The owner of one shard. Now and then it does something on the outside, and writes down under its grant that it did. */
const ownerProps = (setup: OwnedWorkSetup, grant: Grant): Props<null, Tick> => ({
  behavior: {
    initial: (context) => {
      next(setup, context);
      return null;
    },
    receive: async (_state, _tick, context): Promise<Same> => {
      await work(setup, grant);
      next(setup, context);
      return same;
    },
    stopped: () => {
      if (grant.deadlineMs() === Number.NEGATIVE_INFINITY) setup.world.count("branch: owner stopped without its grant");
    },
  },
});

const next = ({ world }: OwnedWorkSetup, context: Context<Tick>): void => {
  if (context.signal.aborted) return;
  const pauseMs = shortestPauseMs + world.random.below(longestPauseMs - shortestPauseMs);
  context.timers.once("tick", pauseMs, { type: "tick" });
};

const work = async (setup: OwnedWorkSetup, grant: Grant): Promise<void> => {
  const { world, store, clock, owner } = setup;
  const { kind, shard, token } = grant;
  try {
    const key = `${kind}/${shard}`;
    const record = await grant.space.records.get(key);
    if (world.chance(slowChance)) await slowly(setup);
    if (clock.monotonicMs() < grant.deadlineMs()) {
      store.note({ type: "acted", owner, key: `owner/${key}`, token });
    } else world.count("branch: owner held back at its deadline");
    const count = (record?.value as { readonly count: number } | undefined)?.count ?? 0;
    const changes: readonly Change[] = [{ type: "put", key, value: { count: count + 1 } }];
    if (world.chance(carelessChance)) await commitCarelessly(grant, changes);
    else await commitUnder(grant, clock, changes);
  } catch (error) {
    if (error instanceof ClusterError && error.code === "not-owner")
      world.count("branch: owner learned that it is none");
    else if (!(error instanceof StoreError && error.retryable)) throw error;
  }
};

/** Without a look at the clock: between that and the write a process may stand still for any time. The fence has to hold by itself. */
const commitCarelessly = async (grant: Grant, changes: readonly Change[]): Promise<void> => {
  try {
    await grant.space.commit(grant.guard, changes);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "stale-guard")) throw error;
    grant.surrender();
  }
};

/** The work takes long: the lease may run out, and be taken, before it is written down. */
const slowly = ({ world, enter }: OwnedWorkSetup): Promise<void> =>
  new Promise((resolve) => world.after(world.random.below(longestWorkMs), () => enter(resolve)));
