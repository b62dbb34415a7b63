import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { EventData } from "../../src/engines/events/index.ts";

const foldersIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));

/** The data of the first event of each folder. */
export const publicEvents = (folder: string): readonly EventData[] =>
  foldersIn(folder).flatMap((each) => {
    const [, first] = /^(\{[^]*?\n\})/.exec(readFileSync(join(each, "event.json"), "utf8")) ?? [];
    return first === undefined ? [] : [JSON.parse(first) as EventData];
  });

/**
 * The rules themselves, then the same again and again as rules about something else that the same programs do: with a number in their texts,
 * but for the names of programs, where they have other texts. Real sets of rules share their programs, too.
 */
export const publicVariants = (folder: string, count: number): readonly string[] => {
  const originals = foldersIn(folder).map((each) => readFileSync(join(each, "rule.yml"), "utf8"));
  return Array.from({ length: count }, (_, at) => {
    const original = originals[at % originals.length] ?? "";
    const round = Math.floor(at / originals.length);
    return round === 0 ? original : variantOf(original, round);
  });
};

type Source = Readonly<Record<string, unknown>>;

const programKey = /^(?:Parent)?Image\b|^OriginalFileName\b/;
const keptKey = /^(?:EventID|Signed)\b|\|re\b|\|fieldref\b/;

const variantOf = (text: string, round: number): string => {
  const rule = parse(text) as Source & { readonly detection: Source };
  const { condition, ...selections } = rule.detection;
  const varied = (kept: (key: string) => boolean): unknown => variedIn(selections, "", round, kept);
  const withPrograms = varied((key) => keptKey.test(key) || programKey.test(key));
  const isOther = JSON.stringify(withPrograms) !== JSON.stringify(selections);
  const detection = isOther ? withPrograms : varied((key) => keptKey.test(key));
  return stringify({ ...rule, detection: { ...(detection as Source), condition } });
};

/** The same with the number behind the last letter of every text whose key is not to be kept. */
const variedIn = (value: unknown, key: string, round: number, kept: (key: string) => boolean): unknown => {
  if (Array.isArray(value)) return value.map((each) => variedIn(each, key, round, kept));
  if (typeof value === "string") return kept(key) ? value : value.replace(/([a-z0-9])([^a-z0-9]*)$/i, `$1${round}$2`);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, variedIn(each, name, round, kept)]));
};
