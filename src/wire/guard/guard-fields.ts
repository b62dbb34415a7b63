import { z } from "zod";
import { enumOf, flag, optionalText, optionalUint64, text, uint32, uint64 } from "../bytes/fields.ts";

/** Parts of one report. */
export const mostParts = 64;
/** Rows of one part. */
export const mostPartRows = 2_000;
/** As of `maxSubjectBytes`. */
export const mostSubjectBytes = 256;
export const mostRuleNumber = 65_535;
export const mostShards = 256;
const dayMs = 86_400_000;

/** As long as no character takes more than a byte nothing has to be counted. */
const isShort = (value: string): boolean =>
  value.length * 3 <= mostSubjectBytes || Buffer.byteLength(value) <= mostSubjectBytes;

/** The value of a field of an access, or a network. */
export const givenSubject = z.string().max(mostSubjectBytes).refine(isShort, `more than ${mostSubjectBytes} bytes`);
/** As protobuf sends it. */
const subject = givenSubject.default("");
export const field = z.string("is missing").regex(/^[a-z][a-z0-9_-]{0,31}$/, "no name of a field");
/** Made by the client. */
export const blockId = z.string("is missing").regex(/^[\x21-\x7e]{1,120}$/, "not 1 … 120 printable characters");
export const blockReason = text(200);
/** Of who asks for a block, or settles it. */
export const blockedBy = text(200);

export const givenRule = z.number().int().min(0).max(mostRuleNumber);
const ruleNumber = givenRule.default(0);
export const shard = uint32(mostShards - 1);

export const interceptAction = enumOf("INTERCEPT_ACTION", ["deny", "challenge"]);
export const indicationState = enumOf("INDICATION_STATE", ["active", "pending"]);

const partOutcome = z.object({ shard, sequence: uint64(), problem: text(1_000) }).transform(({ problem, ...part }) => ({
  ...part,
  problem: problem === "" ? undefined : problem,
}));
export const partOutcomes = z.array(partOutcome).max(mostParts).readonly().default([]);

const keyFields = { rule: ruleNumber, field, subject };
export const interceptionKey = z.object(keyFields);
type InterceptionKey = z.infer<typeof interceptionKey>;

export const interception = z
  .object({ key: interceptionKey, action: interceptAction.schema, shadow: flag(), untilMs: uint64() })
  .transform(({ key, ...rest }) => ({ ...key, ...rest }));
/** A subject that is to be intercepted. Under rule 0, manual blocks, the field `ip` also has networks. */
export type Interception = z.infer<typeof interception>;

export const keyOf = ({ rule, field: name, subject: value }: InterceptionKey): InterceptionKey => ({
  rule,
  field: name,
  subject: value,
});

export const interceptionFields = ({ action, shadow, untilMs, ...key }: Interception): object => ({
  key: keyOf(key),
  action: interceptAction.toWire(action),
  shadow,
  untilMs: Math.round(untilMs),
});

export const listedIndication = z
  .object({
    indication: interception,
    state: indicationState.schema,
    blockId: optionalText(200),
    sinceMs: uint64(),
    offence: uint32(),
    reason: text(1_000),
    by: blockedBy,
  })
  .transform(({ indication, blockId: id, ...rest }) => ({ ...indication, ...rest, blockId: id }));
/** An interception that holds or waits for a person, with why. `blockId`: of a manual block, or of one that waits. */
export type ListedIndication = z.infer<typeof listedIndication>;

export const listedIndicationFields = ({
  state,
  blockId: id,
  sinceMs,
  offence,
  reason,
  by,
  ...indication
}: ListedIndication): object => ({
  indication: interceptionFields(indication),
  state: indicationState.toWire(state),
  blockId: id,
  sinceMs: Math.round(sinceMs),
  offence,
  reason,
  by,
});

/** Its bounds are those of `parseInterceptRule`. */
export const interceptRule = z
  .object({
    number: ruleNumber,
    name: text(200),
    subject: text(200),
    threshold: uint32(),
    windowMs: uint64(),
    distinct: optionalText(200),
    action: interceptAction.schema,
    blockMs: uint64(),
    escalateMs: z.array(uint64().unwrap()).max(100).readonly().default([]),
    forgetMs: optionalUint64(),
    shadow: flag(),
    allow: z.array(z.string().max(mostSubjectBytes)).max(1_000).readonly().default([]),
  })
  .transform(({ distinct, forgetMs, ...rule }) => ({ ...rule, distinct, forgetMs: forgetMs ?? dayMs }));
/** When a subject is to be intercepted. */
export type InterceptRule = z.infer<typeof interceptRule>;

export const ruleFields = (rule: InterceptRule): object => ({ ...rule, action: interceptAction.toWire(rule.action) });

const statistic = uint64();
export const shardStats = z.object({
  shard,
  /** Empty: it has no owner now, or that does not answer, and the rest is not known. */
  node: text(64),
  subjects: statistic,
  active: statistic,
  pending: statistic,
  passed: statistic,
  intercepted: statistic,
  late: statistic,
  uncounted: statistic,
  repeatedParts: statistic,
  crossings: statistic,
  sequence: statistic,
});
/** What the owner of a shard has counted since it took it over. */
export type GuardShardStats = z.infer<typeof shardStats>;
