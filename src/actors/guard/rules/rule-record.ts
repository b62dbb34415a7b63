import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { parseInterceptRule, type InterceptRule } from "../../../engines/intercept/index.ts";

export interface StoredRule {
  readonly rule: InterceptRule;
  /** The rule since it was made, whatever became of it. One that is made anew under the number of one that was deleted has another. */
  readonly made: string;
  /** How it counts: as long as that is the same, what was counted before still counts. */
  readonly counting: string;
}

const name = z.string().min(1).max(64);
const shape = z.strictObject({ rule: z.unknown(), made: name, counting: name });

/** @throws ZodError, InterceptError `invalid-rule` */
export const parseStoredRule = (value: Json): StoredRule => {
  const { rule, ...names } = shape.parse(value);
  return { rule: parseInterceptRule(rule), ...names };
};

export const storedRule = ({ rule, made, counting }: StoredRule): Json => {
  const { distinct, ...rest } = rule;
  return { rule: { ...rest, ...(distinct === undefined ? {} : { distinct }) }, made, counting };
};

/** Whether two rules keep the same windows: another threshold judges them anew, another window lacks what was let go. */
export const countsSame = (one: InterceptRule, other: InterceptRule): boolean =>
  one.subject === other.subject && one.distinct === other.distinct && one.windowMs === other.windowMs;
