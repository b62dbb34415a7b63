import { z } from "zod";
import { garrison } from "#gen/garrison.js";
import { codecOf, type Codec } from "../bytes/codec.ts";
import { flag, optionalText, text, uint32, uint64 } from "../bytes/fields.ts";
import {
  blockedBy,
  blockId,
  blockReason,
  field,
  givenRule,
  givenSubject,
  indicationState,
  interceptAction,
  interception,
  interceptionFields,
  interceptionKey,
  keyOf,
  listedIndication,
  listedIndicationFields,
  partOutcomes,
  shardStats,
} from "./guard-fields.ts";
import { codecWithParts, type WithParts } from "./report-codec.ts";
import { empty } from "../scan/scan-messages.ts";

const { v1 } = garrison;
/** Events that led to a block. */
const mostCauses = 16;
const identity = z.string("is missing").min(1, "is missing").max(200);
const about = z.object({ field, subject: givenSubject });

const refused = z.object({
  code: z.enum(["never-block", "invalid", "not-found", "conflict", "busy", "unavailable"]),
  message: text(1_000),
});

const cause = z.array(z.string().max(1_000)).max(mostCauses).readonly().default([]);
type Cause = { readonly chain: readonly string[] } | undefined;
const causeOf = (chain: readonly string[]): Cause => (chain.length === 0 ? undefined : { chain });

const block = z
  .object({
    blockId,
    subject: about,
    action: interceptAction.schema,
    blockMs: uint64(),
    reason: blockReason,
    by: blockedBy,
    cause,
  })
  .transform(({ subject: of, cause: chain, ...order }) => ({ order: { ...order, ...of, cause: causeOf(chain) } }));

type Refused = { readonly type: "refused" } & z.infer<typeof refused>;
type Settled =
  | { readonly type: "blocked"; readonly untilMs: number }
  | { readonly type: "pending"; readonly why: string }
  | { readonly type: "dropped" }
  | Refused;

const settled = z
  .object({
    untilMs: z.exactOptional(uint64().unwrap()),
    pending: optionalText(1_000),
    refused: z.exactOptional(refused),
    dropped: z.exactOptional(z.literal(true)),
  })
  .transform(({ untilMs, pending, ...outcome }, context): Settled => {
    if (untilMs !== undefined) return { type: "blocked", untilMs };
    if (pending !== undefined) return { type: "pending", why: pending };
    if (outcome.refused !== undefined) return { type: "refused", ...outcome.refused };
    if (outcome.dropped !== undefined) return { type: "dropped" };
    context.addIssue("no outcome");
    return z.NEVER;
  });

const refusedFields = ({ code, message }: Refused): object => ({ code, message });

const settledFields = (outcome: Settled): object => {
  switch (outcome.type) {
    case "blocked":
      return { untilMs: Math.round(outcome.untilMs) };
    case "pending":
      return { pending: outcome.why };
    case "refused":
      return { refused: refusedFields(outcome) };
    case "dropped":
      return { dropped: true };
  }
};

const blocked = settled.transform((outcome, context) => {
  if (outcome.type !== "dropped") return outcome;
  context.addIssue("a block that was asked for is not dropped");
  return z.NEVER;
});

type Unblocked = { readonly type: "unblocked"; readonly ended: number } | Refused;
const unblocked = z
  .object({ ended: z.exactOptional(uint32().unwrap()), refused: z.exactOptional(refused) })
  .transform((outcome, context): Unblocked => {
    if (outcome.ended !== undefined) return { type: "unblocked", ended: outcome.ended };
    if (outcome.refused !== undefined) return { type: "refused", ...outcome.refused };
    context.addIssue("no outcome");
    return z.NEVER;
  });

const typed = <Type extends string, Fields extends object>(type: Type, fields: Fields): Fields & { type: Type } => ({
  ...fields,
  type,
});

const proxyIdentity = z.object({ proxy: identity, incarnation: identity });
const shardReport = codecWithParts("GuardShardReport", v1.GuardShardReport, proxyIdentity);

/** What the nodes of a cluster and the owners of the shards of guard say to each other. */
export const guardShardCodecs = {
  report: {
    encode: ({ from, parts }) => shardReport.encode({ ...from, parts }),
    decode: (bytes) => {
      const { parts, ...from } = shardReport.decode(bytes);
      return { from, parts };
    },
  } satisfies Codec<{ readonly from: z.infer<typeof proxyIdentity> } & WithParts>,
  reported: codecOf(
    "GuardShardReported",
    v1.GuardShardReported,
    z.object({ outcomes: partOutcomes }).transform((fields) => typed("reported", fields)),
  ),
  block: codecOf("GuardShardBlock", v1.GuardShardBlock, block, ({ order }) => ({
    ...order,
    subject: { field: order.field, subject: order.subject },
    action: interceptAction.toWire(order.action),
    cause: order.cause?.chain,
  })),
  blocked: codecOf("GuardShardBlocked", v1.GuardShardBlocked, blocked, settledFields),
  unblock: codecOf(
    "GuardShardUnblock",
    v1.GuardShardUnblock,
    z
      .object({ subject: about, by: blockedBy, cause })
      .transform(({ subject: of, by, cause: chain }) => ({ ...of, by, cause: causeOf(chain) })),
    ({ by, cause: causedBy, ...of }) => ({ subject: of, by, cause: causedBy?.chain }),
  ),
  unblocked: codecOf("GuardShardUnblocked", v1.GuardShardUnblocked, unblocked, (outcome) =>
    outcome.type === "unblocked" ? { ended: outcome.ended } : { refused: refusedFields(outcome) },
  ),
  settle: codecOf(
    "GuardShardSettle",
    v1.GuardShardSettle,
    z.object({ blockId: identity, approve: flag(), by: blockedBy }),
  ),
  settled: codecOf("GuardShardBlocked", v1.GuardShardBlocked, settled, settledFields),
  follow: codecOf(
    "GuardShardFollow",
    v1.GuardShardFollow,
    z.object({ follower: identity, afterSequence: uint64(), waitMs: uint32(60_000) }),
  ),
  changes: codecOf(
    "GuardShardChanges",
    v1.GuardShardChanges,
    z
      .object({
        afterSequence: uint64(),
        sequence: uint64(),
        anew: flag(),
        put: z.array(interception).readonly().default([]),
        dropped: z.array(interceptionKey).readonly().default([]),
        more: flag(),
      })
      .transform((fields) => typed("changes", fields)),
    ({ put, dropped, ...rest }) => ({ ...rest, put: put.map(interceptionFields), dropped: dropped.map(keyOf) }),
  ),
  list: codecOf(
    "GuardShardList",
    v1.GuardShardList,
    z
      .object({
        state: z.exactOptional(indicationState.schema),
        rule: z.exactOptional(givenRule),
        after: optionalText(500),
        limit: uint32(1_000),
      })
      .transform(({ state, rule, after, limit }) => ({ state, rule, after, limit })),
    ({ state, ...query }) => ({ ...query, state: state === undefined ? undefined : indicationState.toWire(state) }),
  ),
  listed: codecOf(
    "GuardShardListed",
    v1.GuardShardListed,
    z
      .object({ indications: z.array(listedIndication).readonly().default([]), next: optionalText(500) })
      .transform(({ indications, next }) => typed("listed", { indications, next })),
    ({ indications, next }) => ({ indications: indications.map(listedIndicationFields), next }),
  ),
  statsQuery: codecOf("GuardShardStatsQuery", v1.GuardShardStatsQuery, empty),
  stats: codecOf(
    "GuardShardStats",
    v1.GuardShardStats,
    shardStats.omit({ node: true }).transform((fields) => typed("stats", fields)),
  ),
  rulesChanged: codecOf("GuardRulesChanged", v1.GuardRulesChanged, empty),
} as const;
