import type { Json } from "../../../../base/json.ts";
import type { Grant } from "../../../../cluster/index.ts";
import type { Space, StoredRecord } from "../../../../store/index.ts";
import { rowsOf } from "../../../claims/rows-of.ts";
import { InterceptionError } from "../../errors.ts";
import type { Rules } from "../../rules/rules.ts";
import {
  parseBucketHead,
  parseBucketPage,
  PieceJoiner,
  type BucketHead,
  type StoredSubject,
} from "../counting/bucket-pages.ts";
import type { Bucket } from "../counting/bucket.ts";
import { Buckets } from "../counting/buckets.ts";
import { parseEntry, parseHead } from "./entry-record.ts";
import { InterceptionTable, type Entry } from "../interceptions/interception-table.ts";
import { parseJournalEntry, rowsOfEntry, type JournalEntry } from "./journal-entry.ts";
import { Journal, type SnapshotEvery } from "./journal.ts";
import {
  bucketsOf,
  headKey,
  indicationsOf,
  journalKey,
  journalOf,
  pageKey,
  pagesOf,
  pendingOf,
  seenOf,
} from "./keys.ts";
import { PendingBlocks } from "../interceptions/pending-blocks.ts";
import { RuleBook } from "../counting/rule-book.ts";
import { SeenReports } from "../counting/seen-reports.ts";
import type { GuardSettings } from "../settings.ts";
import type { ShardState } from "../shard-state.ts";
import { SubjectSet } from "../counting/subject-set.ts";

/** Sequences begin after it, so that a follower that has nothing yet is behind every table. */
const firstSequence = 1;

/**
 * Reads a shard as its last owner has left it: the stored contents of the buckets, and what the journal tells of later counts.
 *
 * @throws StoreError; InterceptionError `corrupt`; ZodError for a record that something else has written
 */
export const loadShard = async (
  { space, shard }: Pick<Grant, "space" | "shard">,
  settings: GuardSettings,
  stored: Rules,
  snapshotEvery: SnapshotEvery,
): Promise<ShardState> => {
  const rules = new RuleBook(new SubjectSet(settings.neverBlock), settings.v6PrefixBits);
  rules.take(await stored.list());
  const record = await space.records.get(headKey(shard));
  const head = record === undefined ? { sequence: firstSequence, journal: 0 } : parseHead(record.value);
  const seen = new SeenReports();
  for await (const { value } of recordsOf(space, seenOf(shard))) seen.restore(value);
  const entries: Entry[] = [];
  for await (const { value } of recordsOf(space, indicationsOf(shard))) entries.push(parseEntry(value));
  const waiting: Json[] = [];
  for await (const { value } of recordsOf(space, pendingOf(shard))) waiting.push(value);
  const pending = new PendingBlocks();
  pending.restore(waiting);
  const buckets = new Buckets(settings);
  const positions = await loadBuckets(space, shard, buckets, rules);
  const first = await repeatJournal(space, shard, { buckets, rules, positions, last: head.journal });
  return {
    rules,
    buckets,
    journal: new Journal(first, head.journal, snapshotEvery),
    seen,
    table: new InterceptionTable(head.sequence, entries),
    pending,
    unsound: entries.filter((entry) => !rules.stands(entry)),
  };
};

const recordsOf = (space: Space, prefix: string): AsyncIterable<StoredRecord> =>
  rowsOf((page) => space.records.list(prefix, page));

/** @returns for each bucket the number of the last journal entry that its content holds */
const loadBuckets = async (
  space: Space,
  shard: number,
  buckets: Buckets,
  rules: RuleBook,
): Promise<ReadonlyMap<number, number>> => {
  const heads = new Map<number, BucketHead>();
  for await (const { key, value } of recordsOf(space, bucketsOf(shard))) {
    const index = Number(key.slice(bucketsOf(shard).length));
    const head = parseBucketHead(value);
    heads.set(index, head);
    Object.assign(bucketAt(buckets, index), {
      generation: head.generation,
      pages: head.pages,
      storedSubjects: head.subjects,
    });
  }
  for (const bucket of buckets.all) {
    const head = heads.get(bucket.index);
    bucket.stalePages = await loadPages(space, shard, bucket, head, rules);
  }
  return new Map([...heads].map(([index, { position }]) => [index, position]));
};

/** @returns the keys of pages that belong to no content */
const loadPages = async (
  space: Space,
  shard: number,
  bucket: Bucket,
  head: BucketHead | undefined,
  rules: RuleBook,
): Promise<readonly string[]> => {
  const wanted = new Set(
    Array.from({ length: head?.pages ?? 0 }, (_, page) => pageKey(shard, bucket.index, head?.generation ?? 0, page)),
  );
  const stale: string[] = [];
  const joiner = new PieceJoiner();
  for await (const { key, value } of recordsOf(space, `${pagesOf(shard)}${bucket.index}/`)) {
    if (wanted.delete(key)) restore(bucket, rules, joiner.take(parseBucketPage(value)));
    else stale.push(key);
  }
  restore(bucket, rules, joiner.end());
  if (wanted.size > 0) throw corrupt(shard, `${wanted.size} pages of bucket ${bucket.index} are missing`);
  return stale;
};

const restore = (bucket: Bucket, rules: RuleBook, subjects: Iterable<StoredSubject>): void => {
  for (const { rule, counting, content } of subjects) {
    const live = rules.get(rule);
    if (live?.counting === counting) bucket.restore(live, content);
  }
};

interface Repeated {
  readonly buckets: Buckets;
  readonly rules: RuleBook;
  readonly positions: ReadonlyMap<number, number>;
  /** Number of the last entry. */
  readonly last: number;
}

/** @returns the number of the oldest entry that is stored */
const repeatJournal = async (space: Space, shard: number, repeated: Repeated): Promise<number> => {
  let first: number | undefined;
  let next: number | undefined;
  for await (const { key, value } of recordsOf(space, journalOf(shard))) {
    const number = Number(key.slice(journalOf(shard).length));
    if (number !== (next ?? number)) throw corrupt(shard, `${journalKey(shard, next ?? 0)} is missing`);
    first ??= number;
    next = number + 1;
    repeatEntry(number, parseJournalEntry(value), repeated);
  }
  if (next !== undefined && next !== repeated.last + 1) {
    throw corrupt(shard, `its journal ends at ${next - 1} and not at ${repeated.last}`);
  }
  return first ?? repeated.last + 1;
};

const repeatEntry = (number: number, entry: JournalEntry, { buckets, rules, positions }: Repeated): void => {
  const bucketOf = (subject: string): Bucket | undefined => {
    const bucket = buckets.of(subject);
    if (number <= (positions.get(bucket.index) ?? 0)) return undefined;
    bucket.dirtySince ??= number;
    return bucket;
  };
  if (entry.forgotten !== undefined) {
    const { subject, rules: of } = entry.forgotten;
    const bucket = bucketOf(subject);
    for (const rule of of) bucket?.forget(rule, subject);
  }
  for (const row of rowsOfEntry(entry)) {
    const live = rules.get(row.rule);
    if (live?.counting === row.counting) bucketOf(row.subject)?.repeat(live, row, entry.atMs);
  }
};

const bucketAt = (buckets: Buckets, index: number): Bucket => {
  const bucket = buckets.at(index);
  if (bucket === undefined) throw new InterceptionError("corrupt", `there is no bucket ${index}`);
  return bucket;
};

const corrupt = (shard: number, what: string): InterceptionError =>
  new InterceptionError("corrupt", `shard ${shard} of guard cannot be read: ${what}`, { ids: { shard } });
