import { z } from "zod";
import { anyKind } from "./detect-values.ts";

/** How the answers of detectors become a verdict. */

const simple = ["any", "all"] as const;
const named = ["majority", ...simple] as const;
const use =
  "use majority, any, all, {type: majority, decisive: [KIND…]}, {type: quorum, black: N}, {type: weighted, weights: {KIND: N}, black: N, suspected: N} or {type: priority, order: [KIND…]}, each with quorum: 0 … 1 if wanted";

/** Of the required detectors, how many have to answer. */
const quorum = z.number().min(0, { error: use }).max(1, { error: use }).exactOptional();
/** Above that of grey. */
const reputation = z.number().gt(5, { error: use }).max(100, { error: use });
const mostKinds = 16;
const kinds = z
  .array(anyKind)
  .max(mostKinds, { error: use })
  .refine((names) => new Set(names).size === names.length, { error: use })
  .readonly();

const written = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(simple), quorum }, { error: use }),
  z.strictObject({ type: z.literal("majority"), decisive: kinds.exactOptional(), quorum }, { error: use }),
  z.strictObject(
    { type: z.literal("quorum"), black: z.number().min(0.5, { error: use }).max(512, { error: use }), quorum },
    { error: use },
  ),
  z.strictObject(
    {
      type: z.literal("weighted"),
      /** By kind; one that is not named has 1. */
      weights: z
        .record(anyKind, z.number().min(0, { error: use }).max(1_000, { error: use }))
        .refine((weights) => Object.keys(weights).length <= mostKinds, { error: use })
        .exactOptional(),
      black: reputation.exactOptional(),
      suspected: reputation.exactOptional(),
      quorum,
    },
    { error: use },
  ),
  z.strictObject(
    {
      type: z.literal("priority"),
      order: kinds.refine((order) => order.length > 0, { error: use }),
      quorum,
    },
    { error: use },
  ),
]);

/** The name of a rule that needs nothing more, or a rule with its numbers. */
export const ruleSchema = z.union([z.enum(named), written], { error: use });
