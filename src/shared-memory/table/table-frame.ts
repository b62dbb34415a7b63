import { z } from "zod";

const mostRules = 65_535;
const text = z.string().max(256);
const ruleNumber = z.number().int().min(0).max(mostRules);

const rule = z.object({
  number: ruleNumber,
  subject: text,
  distinct: text.optional(),
});
const never = z.object({ field: text, subject: text });
const key = { rule: ruleNumber, field: text, subject: text };
const interception = z.object({
  ...key,
  action: z.enum(["deny", "challenge"]),
  shadow: z.boolean(),
  untilMs: z.number(),
});

const frame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("settings"),
    slotMs: z.number().int().min(1),
    v6PrefixBits: z.number().int().min(1).max(128),
    neverBlock: z.array(never),
  }),
  z.object({ type: z.literal("rules"), rules: z.array(rule) }),
  z.object({ type: z.literal("put"), interceptions: z.array(interception) }),
  z.object({ type: z.literal("drop"), keys: z.array(z.object(key)) }),
  z.object({ type: z.literal("complete") }),
  z.object({ type: z.literal("moved") }),
]);

/** What a front end has to know of a rule: of which field of an access it counts what. */
export type TableRule = z.infer<typeof rule>;

/** A subject that is never intercepted; of the field `ip` also a network. */
export type NeverBlocked = z.infer<typeof never>;

/** Which entry it is: rule, field of the access, value of the field. Under rule 0, manual blocks, the field `ip` also has networks. */
export type InterceptionKey = z.infer<z.ZodObject<typeof key>>;

/** A subject that is to be intercepted. */
export type Interception = z.infer<typeof interception>;

/**
 * A step of the table of decisions.
 *
 * - `settings`, `rules`: these from now on, instead of those before.
 * - `put`, `drop`: entries come, change or go.
 * - `complete`: what came before is a whole table.
 * - `moved`: nothing more comes here; there is a newer file.
 */
export type TableFrame = z.infer<typeof frame>;

/** Longer lists are put into several frames, so that none takes a front end long. */
export const mostEntriesOfFrame = 500;

export const encodeTableFrame = (step: TableFrame): Buffer => Buffer.from(JSON.stringify(step));

/** Undefined for anything that is no step. */
export const decodeTableFrame = (payload: Buffer): TableFrame | undefined => {
  try {
    return frame.safeParse(JSON.parse(payload.toString())).data;
  } catch {
    return undefined;
  }
};
