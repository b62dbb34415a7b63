import type { ComparisonOperator } from "../value/comparison-test.ts";
import type { TimeUnit } from "../value/time-part.ts";
import { misfit, type Modifier } from "./modifier.ts";

const comparison =
  (operator: Exclude<ComparisonOperator, "eq">): Modifier =>
  (value, place) => {
    if (value.type === "number") return [{ type: "comparison", operator, than: value.number, unit: undefined }];
    if (value.type === "time") return [{ type: "comparison", operator, than: value.number, unit: value.unit }];
    throw misfit(place, "is for numbers without quotes");
  };

export const lt = comparison("lt");
export const lte = comparison("lte");
export const gt = comparison("gt");
export const gte = comparison("gte");

const mostOf: Readonly<Record<TimeUnit, readonly [least: number, most: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

/** The value is a part of a date; `lt` and the like may follow. */
export const timeUnit =
  (unit: TimeUnit): Modifier =>
  (value, place) => {
    const [least, most] = mostOf[unit];
    if (value.type !== "number" || !Number.isInteger(value.number) || value.number < least || value.number > most) {
      throw misfit(place, `needs a whole number from ${least} to ${most}`);
    }
    return [{ type: "time", unit, number: value.number }];
  };
