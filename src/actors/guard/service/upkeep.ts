import type { Change } from "../../../store/index.ts";
import type { Rules } from "../rules/rules.ts";
import { blockRecordChange } from "./records/block-record.ts";
import { indicationKey } from "./records/keys.ts";
import { commitChanges, type ShardWork } from "./shard-state.ts";
import { snapshotBucket } from "./counting/snapshot-bucket.ts";

/** Of one round: with two changes each they fit into one commit. */
const mostEnded = 300;
/** All 64 of them every 4 s, with four rounds a second. */
const bucketsOfRound = 4;

/** Reads the rules if they have changed. What they do not want any more, in force or waiting, is dropped by the next rounds. @throws StoreError */
export const lookAtRules = async ({ state }: ShardWork, rules: Rules): Promise<void> => {
  if ((await rules.version()) === state.rules.version) return;
  state.rules.take(await rules.list());
  for (const bucket of state.buckets.all) bucket.keepOnly(state.rules);
  state.unsound = [...state.table.all()].filter((entry) => !state.rules.stands(entry));
};

/**
 * Ends interceptions and waiting blocks whose time is over or that are not wanted any more, forgets subjects, and lets the store go what is left of them. Bounded; to be
 * called again and again.
 *
 * @returns whether there may be more that is over by now: then it is to be called again soon
 * @throws ClusterError `not-owner`, StoreError: as of `commitChanges`
 */
export const keepUp = async (work: ShardWork): Promise<boolean> => {
  const { state, clock } = work;
  const nowMs = clock.wallMs();
  const swept = state.buckets.sweep(nowMs, bucketsOfRound);
  state.seen.sweep(nowMs);
  const ended = endInterceptions(work, nowMs);
  const changes = [...ended, ...dropPending(work, nowMs)];
  if (changes.length > 0) await commitChanges(work, changes);
  const shrunk = swept.find(({ hasShrunk }) => hasShrunk);
  if (shrunk !== undefined) await snapshotBucket(work, shrunk);
  return ended.length === mostEnded || state.unsound.length > 0;
};

const endInterceptions = ({ state, grant: { shard } }: ShardWork, nowMs: number): readonly Change[] => {
  const { table, rules } = state;
  const unsound = state.unsound.splice(0, mostEnded);
  // Each may have been put anew since, or be gone.
  const unwanted = unsound.map((entry) => table.get(entry)).filter((now) => now !== undefined && !rules.stands(now));
  const over = table.expired(nowMs, mostEnded - unwanted.length);
  return [...unwanted, ...over].flatMap((entry): Change[] => {
    if (entry === undefined || table.get(entry) === undefined) return [];
    table.drop(entry);
    return [{ type: "delete", key: indicationKey(shard, entry) }];
  });
};

const dropPending = ({ state, grant: { shard } }: ShardWork, nowMs: number): readonly Change[] =>
  state.pending
    .over(nowMs, (block) => state.rules.wants(block), mostEnded)
    .flatMap((block) => [
      state.pending.drop(shard, block),
      blockRecordChange(shard, block, { state: "dropped" }, nowMs),
    ]);
