import { timeUnits } from "../value/time-part.ts";
import { cased } from "./cased.ts";
import { base64, base64offset, utf16be, utf16le, utf16WithMark } from "./encoding.ts";
import { expand } from "./expand.ts";
import { cidr, exists, fieldref } from "./fields.ts";
import type { Modifier } from "./modifier.ts";
import { gt, gte, lt, lte, timeUnit } from "./numbers.ts";
import { dotAll, ignoreCase, multiline, re } from "./pattern.ts";
import { contains, endsWith, startsWith } from "./placing.ts";
import { windash } from "./windash.ts";

/** Modifiers of the item, not of its values: `all` wants every value, `neq` none. */
export const itemModifiers = ["all", "neq"] as const;
export type ItemModifier = (typeof itemModifiers)[number];

/** Modifiers of values by name. */
export const valueModifiers: ReadonlyMap<string, Modifier> = new Map([
  ["base64", base64],
  ["base64offset", base64offset],
  ["cased", cased],
  ["cidr", cidr],
  ["contains", contains],
  ["endswith", endsWith],
  ["exists", exists],
  ["expand", expand],
  ["fieldref", fieldref],
  ["gt", gt],
  ["gte", gte],
  ["i", ignoreCase],
  ["lt", lt],
  ["lte", lte],
  ["m", multiline],
  ["re", re],
  ["s", dotAll],
  ["startswith", startsWith],
  ["utf16", utf16WithMark],
  ["utf16be", utf16be],
  ["utf16le", utf16le],
  ["wide", utf16le],
  ["windash", windash],
  ...timeUnits.map((unit) => [unit, timeUnit(unit)] as const),
]);
