import type { Leaf } from "../event/leaf.ts";

export const timeUnits = ["minute", "hour", "day", "week", "month", "year"] as const;
export type TimeUnit = (typeof timeUnits)[number];

const moment =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$/i;
const dayMs = 86_400_000;

/**
 * A part of the date and time that a text of an event is, such as `2026-05-01 22:05:09.123` or `2026-05-01T22:05:09Z`, as it is written:
 * zones are not converted. A date alone has no hour and no minute. Weeks are those of ISO 8601, from 1 to 53.
 */
export const timePart = ({ value }: Leaf, unit: TimeUnit): number | undefined => {
  if (typeof value !== "string" || value.length > 64) return undefined;
  const parts = moment.exec(value);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  // Undefined for a date alone.
  const [hour, minute] = (parts.slice(4, 6) as (string | undefined)[]).map((part) =>
    part === undefined ? undefined : Number(part),
  );
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59) return undefined;
  switch (unit) {
    case "minute":
      return minute;
    case "hour":
      return hour;
    case "day":
      return day;
    case "week":
      return weekOf(date);
    case "month":
      return month;
    case "year":
      return year;
  }
};

/** The week belongs to the year in which its Thursday is. */
const weekOf = (date: Date): number => {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * dayMs);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMs)) + 1;
};
