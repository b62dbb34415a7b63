import type { Value } from "./value.ts";

const special = (value: number): string | undefined => {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : undefined;
};

/** Sign, significant digits without trailing zeros, and the decimal exponent of the first digit. */
const decimal = (value: number): { readonly sign: string; readonly digits: string; readonly exponent: number } => {
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return { sign, digits: mantissa.replace(".", ""), exponent: Number(exponent) };
};

/** A float in full, with as few digits as tell it from its neighbours and never with an exponent. */
const printedFloat = (value: number): string => {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  const name = special(value);
  if (name !== undefined) return name;
  const { sign, digits, exponent } = decimal(value);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return rest === "" ? sign + whole : `${sign}${whole}.${rest}`;
};

/** A float as Go's `%v` has it: with an exponent below 1e-04 and from 1e+06 on. */
const formattedFloat = (value: number): string => {
  const name = special(value);
  if (name !== undefined) return name;
  const { sign, digits, exponent } = decimal(value);
  if (exponent >= -4 && exponent < 6) return printedFloat(value);
  const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`;
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
};

const byKey = ([a]: readonly [string, Value], [b]: readonly [string, Value]): number => (a < b ? -1 : 1);

/** A value as Go's `%v` prints it, as a byte string: what `+` puts between texts, and members of lists and maps. */
export const formatted = (value: Value): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number") return formattedFloat(value);
  if (value === null) return "<nil>";
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(formatted).join(" ")}]`;
  const members = Object.entries(value).sort(byKey);
  return `map[${members.map(([key, member]) => `${key}:${formatted(member)}`).join(" ")}]`;
};

/**
 * A value as helpers read it and as templates put it into text, as a byte string: nothing for null, floats in full,
 * lists and maps as Go's `%v` prints them.
 */
export const printed = (value: Value): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number") return printedFloat(value);
  return value === null ? "" : formatted(value);
};

/** Whether a value is a list; narrows what `Array.isArray` cannot. */
export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
