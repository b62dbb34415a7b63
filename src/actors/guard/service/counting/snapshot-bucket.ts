import { commitUnder } from "../../../../cluster/index.ts";
import { bounds, type Change } from "../../../../store/index.ts";
import { pagesOfBucket, type BucketPage } from "./bucket-pages.ts";
import type { Bucket } from "./bucket.ts";
import { bucketKey, pageKey } from "../records/keys.ts";
import type { ShardWork } from "../shard-state.ts";

/** Of one commit, of 120 KiB each. */
const pagesOfCommit = 48;
const mostDeletes = bounds.changes - pagesOfCommit - 1;

/** Stores the bucket that holds the journal back most, once so much was counted. @throws as `snapshotBucket` */
export const snapshotIfDue = async (work: ShardWork): Promise<void> => {
  const { journal, buckets } = work.state;
  if (!journal.isSnapshotDue) return;
  journal.snapshotMade();
  const bucket = buckets.oldestDirty();
  if (bucket !== undefined) await snapshotBucket(work, bucket);
};

/**
 * Stores the content of a bucket as it is after the last journal entry, and deletes what is not needed any more. Content that takes several
 * commits counts with the last one.
 *
 * @throws ClusterError `not-owner`, StoreError
 */
export const snapshotBucket = async (work: ShardWork, bucket: Bucket): Promise<void> => {
  const { state, grant, clock } = work;
  const { shard } = grant;
  const pages = pagesOfBucket(bucket);
  const subjects = bucket.size;
  const generation = bucket.generation + 1;
  const puts = pages.map((page, at) => pageChange(pageKey(shard, bucket.index, generation, at), page));
  const old = [...bucket.stalePages, ...keysOf(shard, bucket)];
  const written = new Set(puts.map(({ key }) => key));
  const unneeded = old.filter((key) => !written.has(key));
  const position = state.journal.last;
  let at = 0;
  for (; at + pagesOfCommit < puts.length; at += pagesOfCommit) {
    await commitUnder(grant, clock, puts.slice(at, at + pagesOfCommit));
  }
  bucket.dirtySince = undefined;
  const deletes = unneeded.slice(0, mostDeletes).map((key): Change => ({ type: "delete", key }));
  const value = { generation, pages: pages.length, subjects, position };
  await commitUnder(grant, clock, [
    ...puts.slice(at),
    { type: "put", key: bucketKey(shard, bucket.index), value },
    ...deletes,
    ...state.journal.trim(shard, state.buckets, mostDeletes - deletes.length),
  ]);
  Object.assign(bucket, { generation, pages: pages.length, storedSubjects: subjects });
  bucket.stalePages = unneeded.slice(mostDeletes);
};

const pageChange = (key: string, page: BucketPage): Extract<Change, { readonly type: "put" }> => ({
  type: "put",
  key,
  value: page,
});

const keysOf = (shard: number, { index, generation, pages }: Bucket): readonly string[] =>
  Array.from({ length: pages }, (_, page) => pageKey(shard, index, generation, page));
