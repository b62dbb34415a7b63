import type { Clock } from "../../../base/clock.ts";
import { commitUnder, type Grant } from "../../../cluster/index.ts";
import type { Change } from "../../../store/index.ts";
import type { Buckets } from "./counting/buckets.ts";
import type { BlockLoad } from "./interceptions/caps.ts";
import { headChange } from "./records/entry-record.ts";
import type { Entry, InterceptionTable } from "./interceptions/interception-table.ts";
import type { Journal } from "./records/journal.ts";
import type { PendingBlocks } from "./interceptions/pending-blocks.ts";
import type { RuleBook } from "./counting/rule-book.ts";
import type { SeenReports } from "./counting/seen-reports.ts";
import type { GuardSettings } from "./settings.ts";

/**
 * What the store holds of a shard, in memory. It is changed first and committed then: after a commit that may have failed it is thrown away
 * and loaded anew. Nothing of it is told to anybody before the commit.
 */
export interface ShardState {
  readonly rules: RuleBook;
  readonly buckets: Buckets;
  readonly journal: Journal;
  readonly seen: SeenReports;
  readonly table: InterceptionTable;
  readonly pending: PendingBlocks;
  /** Entries that the rules may not want any more. */
  unsound: Entry[];
}

/** Where a shard is at work. */
export interface ShardWork {
  readonly state: ShardState;
  readonly grant: Grant;
  readonly clock: Clock;
  readonly settings: GuardSettings;
}

/** Commits what was changed, with how far the shard is now. @throws ClusterError `not-owner`, StoreError */
export const commitChanges = async ({ state, grant, clock }: ShardWork, changes: readonly Change[]): Promise<void> => {
  const head = headChange(grant.shard, state.table.sequence, state.journal.last);
  await commitUnder(grant, clock, [...changes, head]);
};

export const loadOf = ({ table, buckets }: ShardState): BlockLoad => ({
  active: table.size,
  enforced: table.enforced,
  subjects: buckets.size,
});
