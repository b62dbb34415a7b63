import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { parseInterceptRule, type InterceptRule } from "../../../engines/intercept/index.ts";

/** A rule with a name of how it counts: as long as that is the same, what was counted before still counts. */
export interface StoredRule {
  readonly rule: InterceptRule;
  readonly counting: string;
}

const shape = z.strictObject({ rule: z.unknown(), counting: z.string().min(1).max(64) });

/** @throws ZodError, InterceptError `invalid-rule` */
export const parseStoredRule = (value: Json): StoredRule => {
  const { rule, counting } = shape.parse(value);
  return { rule: parseInterceptRule(rule), counting };
};

export const storedRule = ({ rule, counting }: StoredRule): Json => {
  const { distinct, ...rest } = rule;
  return { rule: { ...rest, ...(distinct === undefined ? {} : { distinct }) }, counting };
};

/** Whether two rules keep the same windows: another threshold judges them anew, another window lacks what was let go. */
export const countsSame = (one: InterceptRule, other: InterceptRule): boolean =>
  one.subject === other.subject && one.distinct === other.distinct && one.windowMs === other.windowMs;
