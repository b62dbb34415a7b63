import { pause } from "../../../../base/pause.ts";
import { DslError } from "../error.ts";
import { formatTime } from "../go/time-format.ts";
import { parseFloatText, parseInteger } from "../go/numbers.ts";
import { parseTime } from "../go/time-parse.ts";
import type { DslSetup } from "../setup.ts";
import type { Arguments, Helper } from "./helper.ts";
import { bytesOf, textOf } from "../../value/value.ts";

/** Longest wait of `wait_for`, in seconds. */
const maxWaitSeconds = 60;

const defaultLayouts = [
  "2006-01-02T15:04:05Z07:00",
  "2006-01-02 15:04:05 Z07:00",
  "2006-01-02 15:04:05",
  "2006-01-02 15:04 Z07:00",
  "2006-01-02 15:04",
  "2006-01-02 Z07:00",
  "2006-01-02",
];

/** The time in seconds since 1970 that an argument gives, or the present one. */
export const secondsAt = (args: Arguments, index: number, setup: DslSetup): number => {
  if (args.count <= index) return Math.floor(setup.clock.wallMs() / 1000);
  const value = args.at(index);
  const seconds = typeof value === "string" ? parseInteger(value, 10) : value;
  if (typeof seconds === "bigint" || (typeof seconds === "number" && Number.isFinite(seconds))) {
    return Math.trunc(Number(seconds));
  }
  throw new DslError("wrong-argument", `argument ${index + 1} must be a time in seconds since 1970`);
};

const simpleFields: Readonly<Record<string, (date: Date) => number>> = {
  Y: (date) => date.getFullYear(),
  y: (date) => date.getFullYear(),
  M: (date) => date.getMonth() + 1,
  D: (date) => date.getDate(),
  d: (date) => date.getDate(),
  H: (date) => date.getHours(),
  h: (date) => date.getHours(),
  m: (date) => date.getMinutes(),
  S: (date) => date.getSeconds(),
  s: (date) => date.getSeconds(),
};

const simpleFormat = (date: Date, format: string): string =>
  format.replace(/%([A-Za-z])/g, (whole, letter: string) => {
    const field = simpleFields[letter];
    if (field === undefined) throw new DslError("wrong-argument", `"${whole}" is no part of a date`);
    return String(field(date)).padStart(2, "0");
  });

const dateTime = (args: Arguments, setup: DslSetup): string => {
  const format = textOf(args.text(0));
  const date = new Date(secondsAt(args, 1, setup) * 1000);
  if (Number.isNaN(date.getTime())) throw new DslError("wrong-argument", "argument 2 is out of the range of times");
  return bytesOf(/%[A-Za-z]/.test(format) ? simpleFormat(date, format) : formatTime(date, format));
};

const unixTime = (args: Arguments): bigint => {
  const text = args.text(0);
  const number = parseFloatText(text);
  if (number !== undefined && Number.isFinite(number)) return BigInt(Math.trunc(number));
  const layouts = args.count === 2 ? [args.text(1)] : defaultLayouts;
  for (const layout of layouts) {
    const seconds = parseTime(layout, text, "utc");
    if (seconds !== undefined) return BigInt(seconds);
  }
  throw new DslError("wrong-argument", "argument 1 is no time in the layout");
};

const wait = async (args: Arguments, setup: DslSetup): Promise<boolean> => {
  const seconds = args.wholeNumber(0);
  if (seconds > maxWaitSeconds) throw new DslError("wrong-argument", `it waits at most ${maxWaitSeconds} seconds`);
  const signal = setup.signal ?? new AbortController().signal;
  await pause(setup.clock, Math.max(seconds, 0) * 1000, signal);
  if (signal.aborted) throw new DslError("ended", "the run ended while it waited");
  return true;
};

/** Helpers that tell, read and await times. Times without a zone are in that of the machine, as in nuclei. */
export const timeHelpers: Readonly<Record<string, Helper>> = {
  date_time: {
    signature: "(format string, optionalUnixTime interface{}) string",
    note: "the time by %Y %M %D %H %m %S, or by a layout of Go; now, or at so many seconds since 1970",
    arity: [1, 2],
    run: dateTime,
  },
  unix_time: {
    signature: "(optionalSeconds int) float64",
    note: "seconds since 1970, so many seconds from now",
    arity: [0, 1],
    run: (args, setup) => Math.floor(setup.clock.wallMs() / 1000) + (args.count > 0 ? args.wholeNumber(0) : 0),
  },
  to_unix_time: {
    signature: "(text string, optionalLayout string) int64",
    note: "seconds since 1970 of a time as text; an integer, which never equals a float",
    arity: [1, 2],
    run: unixTime,
  },
  wait_for: {
    signature: "(seconds uint) bool",
    note: `waits, at most ${maxWaitSeconds} seconds, and is true`,
    arity: [1, 1],
    isAsync: true,
    run: wait,
  },
};
