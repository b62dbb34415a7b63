import { createHash } from "node:crypto";
import type { InterceptionKey } from "../../../../shared-memory/index.ts";

/** Where the records of a shard lie. */

/** As many as a safe integer has. */
const digits = 16;
const padded = (number: number, length: number): string => String(number).padStart(length, "0");
/** Subjects and names are longer than keys may be, and hold anything. */
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** Names an entry of the table within one process. */
export const entryKey = ({ rule, field, subject }: InterceptionKey): string => `${rule}\0${field}\0${subject}`;

/** How far the shard is: the sequence of its table, and of its journal. */
export const headKey = (shard: number): string => `head/${shard}`;

export const journalOf = (shard: number): string => `journal/${shard}/`;
export const journalKey = (shard: number, number: number): string => `${journalOf(shard)}${padded(number, digits)}`;

/** Which pages a bucket consists of. */
export const bucketsOf = (shard: number): string => `bucket/${shard}/`;
export const bucketKey = (shard: number, bucket: number): string => `${bucketsOf(shard)}${bucket}`;

export const pagesOf = (shard: number): string => `page/${shard}/`;
/** In the order of their keys the pages of a generation are in the order of their numbers. */
export const pageKey = (shard: number, bucket: number, generation: number, page: number): string =>
  `${pagesOf(shard)}${bucket}/${padded(generation, digits)}/${padded(page, 6)}`;

export const seenOf = (shard: number): string => `seen/${shard}/`;
export const seenKey = (shard: number, proxy: string): string => `${seenOf(shard)}${hashOf(proxy)}`;

export const indicationsOf = (shard: number): string => `ind/${shard}/`;
export const indicationKey = (shard: number, key: InterceptionKey): string =>
  `${indicationsOf(shard)}${hashOf(entryKey(key))}`;

/** How often a subject has crossed the limit of a rule without having been forgotten. */
export const offenceKey = (shard: number, key: InterceptionKey): string => `offence/${shard}/${hashOf(entryKey(key))}`;

/** Blocks that wait for a person. */
export const pendingOf = (shard: number): string => `pending/${shard}/`;
export const pendingKey = (shard: number, blockId: string): string => `${pendingOf(shard)}${hashOf(blockId)}`;

/** What became of a block that was asked for. */
export const blockKey = (shard: number, blockId: string): string => `block/${shard}/${hashOf(blockId)}`;

/** Rules are of all shards. */
export const rulePrefix = "rule/";
export const ruleKey = (number: number): string => `${rulePrefix}${number}`;
/** Put with each change of any rule: its version is that of the rules. */
export const ruleHeadKey = "rule-head";
