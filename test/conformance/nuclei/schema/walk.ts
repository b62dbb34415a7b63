import { languageKeys, parseTemplate } from "../../../../src/engines/scan/index.ts";
import type { KeyTable } from "../../../../src/engines/scan/template/key-support.ts";
import { casesOf } from "../../../unit/engines/scan/key-cases/coverage.ts";
import { keptAsTheyAre, places, refusedWhole } from "./places.ts";
import { isRecord, recordIn } from "./records.ts";
import { refusedAnyway, refusedValues, templateWith } from "./value-templates.ts";

/** What came of comparing nuclei's schema with the engine. */
export interface SchemaWalk {
  readonly properties: number;
  readonly supported: number;
  readonly refused: number;
  /** Values that the schema lists for a property. */
  readonly values: number;
  /** Keys that the engine knows and the schema does not, as `place.key`. */
  readonly ownKeys: readonly string[];
  readonly misses: readonly string[];
}

/**
 * Compares every property of the schema, and every value that it lists for one, with what the engine says: supported
 * with a test, or refused by name.
 */
export const walkSchema = (schema: unknown): SchemaWalk => {
  const counts = { properties: 0, supported: 0, refused: 0, values: 0 };
  const misses: string[] = [];
  const inSchema = new Set<string>();

  const property = (place: string, key: string): void => {
    counts.properties += 1;
    inSchema.add(`${place}.${key}`);
    const support = tableOf(place)[key];
    if (support === undefined) {
      misses.push(`${place}.${key} is neither supported nor refused`);
    } else if (support.supported) {
      counts.supported += 1;
      if (casesOf(place, key).length === 0) misses.push(`${place}.${key} is supported without a test`);
    } else {
      counts.refused += 1;
    }
  };

  const values = (at: string, listed: unknown): void => {
    for (const value of textsIn(listed)) {
      counts.values += 1;
      const miss = missOfValue(at, value);
      if (miss !== undefined) misses.push(`${at}: ${value} ${miss}`);
    }
  };

  for (const [name, definition] of Object.entries(recordIn(schema, "$defs"))) {
    const properties = recordIn(definition, "properties");
    const above = refusedWhole.get(name);
    const place = places.get(name);
    if (above !== undefined) {
      const [at, key] = above;
      if (tableOf(at)[key]?.supported !== false) misses.push(`${name}: ${at}.${key} is not refused by name`);
      counts.properties += Object.keys(properties).length;
      counts.refused += Object.keys(properties).length;
    } else if (place !== undefined) {
      for (const [key, about] of Object.entries(properties)) {
        property(place, key);
        values(`${place}.${key}`, isRecord(about) ? (about["enum"] ?? recordIn(about, "items")["enum"]) : undefined);
      }
    } else if (isRecord(definition) && "enum" in definition) {
      values(name, definition["enum"]);
    } else if (!keptAsTheyAre.has(name)) {
      misses.push(`${name}: nothing is known of this definition`);
    }
  }
  const ownKeys = [...places.values()]
    .flatMap((place) => Object.keys(tableOf(place)).map((key) => `${place}.${key}`))
    .filter((key) => !inSchema.has(key));
  return { ...counts, ownKeys, misses };
};

const missOfValue = (at: string, value: string): string | undefined => {
  const template = templateWith[at]?.(value);
  if (template === undefined) return "has no template that shows whether it is run";
  const reasons = parseTemplate(template, "walk.yaml").reasons.filter(({ key }) => !refusedAnyway.has(key));
  if (refusedValues.has(`${at}=${value}`)) {
    return reasons.length > 0 && reasons.every(({ kind }) => kind === "refused") ? undefined : "is not refused by name";
  }
  return reasons.length === 0 ? undefined : `is not run: ${reasons.map(({ message }) => message).join("; ")}`;
};

const tableOf = (place: string): KeyTable => {
  const tables: Readonly<Record<string, KeyTable>> = languageKeys;
  return tables[place] ?? {};
};

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
