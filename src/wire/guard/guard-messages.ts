import { z } from "zod";
import { flag, pageFields, text, uint32, uint64 } from "../bytes/fields.ts";
import {
  blockId,
  blockReason,
  field,
  givenRule,
  givenSubject,
  indicationState,
  interception,
  interceptionKey,
  interceptRule,
  interceptAction,
  listedIndication,
  partOutcomes,
  shard,
  shardStats,
} from "./guard-fields.ts";
import type { WithParts } from "./report-codec.ts";

/** Entries of one message of the table, in each of its lists. */
const mostEntries = 500;
const mostRules = 1_000;
const mostNeverBlocked = 10_000;
const mostShards = 256;
const longestBlockMs = 30 * 86_400_000;

const proxy = z
  .string("is missing")
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, "not 1 … 64 lower-case letters, digits, dots and hyphens");

export const reportHead = z.object({
  proxy,
  incarnation: z.string("is missing").regex(/^[\x21-\x7e]{1,64}$/, "not 1 … 64 printable characters"),
  dropped: uint64(),
});
/** What a proxy has collected of the accesses of its host. */
export type GuardReport = z.infer<typeof reportHead> & WithParts;
export const reportResponse = z.object({ outcomes: partOutcomes });
/** `problem`: why the part is not stored and has to be sent again; undefined: it is stored. */
export type PartOutcome = z.infer<typeof reportResponse>["outcomes"][number];

export const subscribeRequest = z.object({
  proxy,
  rules: z.array(z.number().int().min(1).max(65_535)).max(mostRules).readonly().default([]),
  positions: z
    .array(z.object({ shard, sequence: uint64() }))
    .max(mostShards)
    .readonly()
    .default([]),
});
export type FeedRequest = z.infer<typeof subscribeRequest>;

const blockSubject = z.object({ field, subject: givenSubject.min(1, "is empty") });
/** Of the field `ip` also a network. */
export type GuardSubject = z.infer<typeof blockSubject>;

const settings = z.object({
  shards: uint32(mostShards),
  slotMs: uint32(),
  v6PrefixBits: uint32(128),
  neverBlock: z.array(blockSubject).max(mostNeverBlocked).readonly().default([]),
});
const changes = z.object({
  shard,
  afterSequence: uint64(),
  sequence: uint64(),
  anew: flag(),
  put: z.array(interception).max(mostEntries).readonly().default([]),
  dropped: z.array(interceptionKey).max(mostEntries).readonly().default([]),
  complete: flag(),
  entries: uint32(),
  checksum: uint64(),
});
const assigned = z.object({ rules: z.array(interceptRule).max(mostRules).readonly().default([]) });

/** How the table of one shard changed. */
export type FeedChanges = { readonly type: "changes" } & z.infer<typeof changes>;
/** The settings come first, then the rules, then changes; the first two again whenever they have changed. */
export type FeedMessage =
  | ({ readonly type: "settings" } & z.infer<typeof settings>)
  | ({ readonly type: "rules" } & z.infer<typeof assigned>)
  | FeedChanges;

export const subscribeResponse = z
  .object({
    settings: z.exactOptional(settings),
    rules: z.exactOptional(assigned),
    changes: z.exactOptional(changes),
  })
  .transform((message, context): FeedMessage => {
    if (message.settings !== undefined) return { type: "settings", ...message.settings };
    if (message.rules !== undefined) return { type: "rules", ...message.rules };
    if (message.changes !== undefined) return { type: "changes", ...message.changes };
    context.addIssue("neither settings, nor rules, nor changes");
    return z.NEVER;
  });

export const putRuleRequest = z.object({ rule: interceptRule });
export const putRuleResponse = z.object({ created: flag() });
export const listRulesResponse = assigned;
export const deleteRuleRequest = z.object({ number: givenRule.min(1) });

export const blockRequest = z.object({
  blockId,
  subject: blockSubject,
  action: interceptAction.schema,
  blockMs: uint64().refine((ms) => ms >= 1 && ms <= longestBlockMs, `not 1 … ${longestBlockMs}`),
  reason: blockReason,
});
/** Intercepts a subject whatever the rules say. */
export type GuardBlock = z.infer<typeof blockRequest>;
export const blockResponse = z.object({ pending: text(1_000), untilMs: uint64() });
/** `pending`: it waits for a person, for this reason; empty: it is stored. */
export type GuardBlocked = z.infer<typeof blockResponse>;

export const unblockRequest = z.object({ subject: blockSubject });
export const unblockResponse = z.object({ ended: uint32() });

export const listIndicationsRequest = z.object({
  ...pageFields,
  state: z.exactOptional(indicationState.schema),
  rule: z.exactOptional(givenRule),
});
export const listIndicationsResponse = z.object({
  indications: z.array(listedIndication).readonly().default([]),
  nextPageToken: text(),
});

export const settleBlockRequest = z.object({ blockId, approve: flag() });
export const settleBlockResponse = z.object({ untilMs: uint64() });

export const getGuardStatsResponse = z.object({ shards: z.array(shardStats).readonly().default([]) });
