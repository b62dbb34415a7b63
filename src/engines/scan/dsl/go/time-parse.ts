import { isFraction, layoutParts, months, weekdays } from "./time-layout.ts";

/** Which zone a time without one is in. */
export type DefaultZone = "utc" | "local";

class Mismatch extends Error {}

/** What is read of a time so far. */
interface Reading {
  rest: string;
  year: number;
  month: number;
  day: number;
  dayOfYear: number | undefined;
  hour: number;
  minute: number;
  second: number;
  half: "am" | "pm" | undefined;
  /** Seconds east of UTC. */
  offset: number | undefined;
}

/**
 * Reads a time by a layout as Go's `time.Parse` does.
 *
 * @returns seconds since 1970, or undefined when the text does not fit the layout
 */
export const parseTime = (layout: string, value: string, zone: DefaultZone): number | undefined => {
  const reading: Reading = {
    rest: value,
    year: 0,
    month: 1,
    day: 1,
    dayOfYear: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    half: undefined,
    offset: undefined,
  };
  try {
    const parts = layoutParts(layout);
    for (const [at, { literal, field }] of parts.entries()) {
      skip(reading, literal);
      if (field !== "") readField(reading, field, parts[at + 1]?.field ?? "");
    }
    return reading.rest === "" ? secondsOf(reading, zone) : undefined;
  } catch (thrown) {
    if (thrown instanceof Mismatch) return undefined;
    throw thrown;
  }
};

/** Takes what a layout says literally; runs of spaces stand for each other. */
const skip = (reading: Reading, literal: string): void => {
  for (const piece of literal.match(/ +|[^ ]+/g) ?? []) {
    if (piece.startsWith(" ")) {
      if (reading.rest !== "" && !reading.rest.startsWith(" ")) throw new Mismatch();
      reading.rest = reading.rest.replace(/^ +/, "");
    } else {
      if (!reading.rest.startsWith(piece)) throw new Mismatch();
      reading.rest = reading.rest.slice(piece.length);
    }
  }
};

const take = (reading: Reading, form: RegExp): string => {
  const found = form.exec(reading.rest)?.[0];
  if (found === undefined) throw new Mismatch();
  reading.rest = reading.rest.slice(found.length);
  return found;
};

const takeNumber = (reading: Reading, isFixed: boolean, highest: number, lowest = 0): number => {
  const number = Number(take(reading, isFixed ? /^\d\d/ : /^\d\d?/));
  if (number > highest || number < lowest) throw new Mismatch();
  return number;
};

const takeName = (reading: Reading, names: readonly string[]): number => {
  const rest = reading.rest.toLowerCase();
  const at = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
  const name = names[at];
  if (name === undefined) throw new Mismatch();
  reading.rest = reading.rest.slice(name.length);
  return at;
};

const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));

const readField = (reading: Reading, field: string, next: string): void => {
  switch (field) {
    case "January":
      reading.month = takeName(reading, months) + 1;
      return;
    case "Jan":
      reading.month = takeName(reading, short(months)) + 1;
      return;
    case "Monday":
      takeName(reading, weekdays);
      return;
    case "Mon":
      takeName(reading, short(weekdays));
      return;
    case "2006":
      reading.year = Number(take(reading, /^\d{4}/));
      return;
    case "06": {
      const year = Number(take(reading, /^\d\d/));
      reading.year = year + (year >= 69 ? 1900 : 2000);
      return;
    }
    case "1":
    case "01":
      reading.month = takeNumber(reading, field === "01", 12, 1);
      return;
    case "_2":
    case "2":
    case "02":
      if (field === "_2") reading.rest = reading.rest.replace(/^ /, "");
      reading.day = takeNumber(reading, field === "02", 31);
      return;
    case "__2":
    case "002":
      reading.dayOfYear = Number(take(reading, field === "002" ? /^\d{3}/ : /^(?: {2}\d| \d\d|\d{3})/));
      return;
    case "15":
      reading.hour = takeNumber(reading, false, 23);
      return;
    case "3":
    case "03":
      reading.hour = takeNumber(reading, field === "03", 12);
      return;
    case "4":
    case "04":
      reading.minute = takeNumber(reading, field === "04", 59);
      return;
    case "5":
    case "05":
      reading.second = takeNumber(reading, field === "05", 59);
      if (!isFraction(next)) reading.rest = reading.rest.replace(/^[.,]\d+/, "");
      return;
    case "PM":
      reading.half = take(reading, /^[AP]M/) === "PM" ? "pm" : "am";
      return;
    case "pm":
      reading.half = take(reading, /^[ap]m/) === "pm" ? "pm" : "am";
      return;
    case "MST":
      readZoneName(reading);
      return;
    default:
      if (isFraction(field)) readFraction(reading, field);
      else readOffset(reading, field);
  }
};

const readFraction = (reading: Reading, field: string): void => {
  if (field.charAt(1) === "9") reading.rest = reading.rest.replace(/^[.,]\d+/, "");
  else take(reading, new RegExp(`^[.,]\\d{${field.length - 1}}(?!\\d)`));
};

const readZoneName = (reading: Reading): void => {
  const name = take(reading, /^(?:UTC|GMT(?:[+-]\d{1,2})?|[A-Z]{3,5}|[+-]\d\d(?:\d\d)?)/);
  const hours = /^GMT([+-]\d+)$/.exec(name)?.[1];
  if (hours !== undefined) reading.offset = Number(hours) * 3600;
  else if (name === "UTC" || /^[A-Z]/.test(name)) reading.offset = 0;
};

/** Forms of an offset by what the layout writes behind `07`. */
const offsetForms: Readonly<Record<string, RegExp>> = {
  "": /^[+-]\d\d/,
  "00": /^[+-]\d{4}/,
  "0000": /^[+-]\d{6}/,
  ":00": /^[+-]\d\d:\d\d/,
  ":00:00": /^[+-]\d\d:\d\d:\d\d/,
};

const readOffset = (reading: Reading, field: string): void => {
  if (field.startsWith("Z") && reading.rest.startsWith("Z")) {
    reading.rest = reading.rest.slice(1);
    reading.offset = 0;
    return;
  }
  const text = take(reading, offsetForms[field.slice(3)] ?? /^$/);
  const [hours = 0, minutes = 0, seconds = 0] = (text.slice(1).match(/\d\d/g) ?? []).map(Number);
  if (hours > 24 || minutes > 60 || seconds > 60) throw new Mismatch();
  reading.offset = (text.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
};

const daysIn = (year: number, month: number): number => {
  const end = new Date(0);
  end.setUTCFullYear(year, month, 0);
  return end.getUTCDate();
};

const secondsOf = (reading: Reading, zone: DefaultZone): number => {
  let { month, day, hour } = reading;
  if (reading.dayOfYear !== undefined) {
    if (reading.dayOfYear < 1 || reading.dayOfYear > 366) throw new Mismatch();
    [month, day] = [1, reading.dayOfYear];
  } else if (day < 1 || day > daysIn(reading.year, month)) throw new Mismatch();
  if (reading.half === "pm" && hour < 12) hour += 12;
  if (reading.half === "am" && hour === 12) hour = 0;
  const time = new Date(0);
  if (reading.offset === undefined && zone === "local") {
    time.setFullYear(reading.year, month - 1, day);
    time.setHours(hour, reading.minute, reading.second, 0);
    return Math.floor(time.getTime() / 1000);
  }
  time.setUTCFullYear(reading.year, month - 1, day);
  time.setUTCHours(hour, reading.minute, reading.second, 0);
  return Math.floor(time.getTime() / 1000) - (reading.offset ?? 0);
};
