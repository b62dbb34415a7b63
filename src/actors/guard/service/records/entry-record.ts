import { z } from "zod";
import type { Json } from "../../../../base/json.ts";
import type { Change } from "../../../../store/index.ts";
import type { InterceptionKey } from "../../../../shared-memory/index.ts";
import type { StoredRule } from "../../rules/rule-record.ts";
import type { Entry } from "../interceptions/interception-table.ts";
import { headKey, indicationKey, offenceKey } from "./keys.ts";

/**
 * How long the store keeps an interception whose time is over. The shard drops it by itself, with a sequence that its followers see; this
 * is for shards that have no owner.
 */
const overdueMs = 24 * 3_600_000;

const entryShape = z.strictObject({
  rule: z.number(),
  field: z.string(),
  subject: z.string(),
  action: z.enum(["deny", "challenge"]),
  shadow: z.boolean(),
  untilMs: z.number(),
  sequence: z.number(),
  sinceMs: z.number(),
  offence: z.number(),
  reason: z.string(),
  by: z.string(),
  blockId: z.string().exactOptional(),
  made: z.string().exactOptional(),
});
const headShape = z.strictObject({ sequence: z.number(), journal: z.number() });
const offenceShape = z.strictObject({ made: z.string(), offences: z.number(), forgottenMs: z.number() });

/** They throw a ZodError that names the field. */
export const parseEntry = (value: Json): Entry => {
  const parsed = entryShape.parse(value);
  return { ...parsed, blockId: parsed.blockId, made: parsed.made };
};
export const parseHead = (value: Json): z.infer<typeof headShape> => headShape.parse(value);

export const entryChange = (shard: number, entry: Entry, nowMs: number): Change => {
  const { blockId, made, ...rest } = entry;
  return {
    type: "put",
    key: indicationKey(shard, entry),
    value: { ...rest, ...(blockId === undefined ? {} : { blockId }), ...(made === undefined ? {} : { made }) },
    expiresInMs: Math.max(0, entry.untilMs - nowMs) + overdueMs,
  };
};

/** How far the table and the journal are. */
export const headChange = (shard: number, sequence: number, journal: number): Change => ({
  type: "put",
  key: headKey(shard),
  value: { sequence, journal },
});

/** How often a subject has exceeded a rule without having been forgotten. The store lets go what is forgotten a little later. @throws ZodError */
export const offencesOf = (value: Json | undefined, rule: StoredRule, nowMs: number): number => {
  if (value === undefined) return 0;
  const { made, offences, forgottenMs } = offenceShape.parse(value);
  return made === rule.made && forgottenMs > nowMs ? offences : 0;
};

/** @param blockMs how long the subject is intercepted for the last of its offences, from now on */
export const offenceChange = (
  shard: number,
  key: InterceptionKey,
  { made, rule }: StoredRule,
  { offences, blockMs, nowMs }: { readonly offences: number; readonly blockMs: number; readonly nowMs: number },
): Change => {
  const rememberMs = blockMs + rule.forgetMs;
  const value = { made, offences, forgottenMs: nowMs + rememberMs };
  return { type: "put", key: offenceKey(shard, key), value, expiresInMs: rememberMs };
};
