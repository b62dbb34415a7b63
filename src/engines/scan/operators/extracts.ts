import { ValueList } from "../search/values.ts";
import type { Evidence } from "./evidence.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";
import type { Extractor } from "./operator.ts";

/** What the extractors of a block found; byte strings. */
export interface Extracts {
  /** All that is for people, and the same of named extractors by name. */
  readonly shown: readonly string[];
  readonly shownByName: ReadonlyMap<string, readonly string[]>;
  /** Of internal extractors, by name. */
  readonly internal: ReadonlyMap<string, readonly string[]>;
  /** An internal extractor, with a name or without, found something. */
  readonly foundInternal: boolean;
  /** Of all named extractors. */
  readonly named: ReadonlyMap<string, readonly string[]>;
}

/** Runs extractors one after the other; each sees what those before it found. */
export const runExtractors = (extractors: readonly Extractor[], evidence: Evidence): Soon<Extracts> => {
  const shown = new ValueList();
  const shownByName = new Map<string, readonly string[]>();
  const internal = new Map<string, readonly string[]>();
  const named = new Map<string, readonly string[]>();
  let foundInternal = false;
  const done = inTurn(extractors, (extractor) =>
    whenThere(extractor.extract(evidence), (values) => {
      const { name } = extractor;
      if (values.length === 0) return true;
      if (extractor.internal) foundInternal = true;
      else for (const value of values) shown.add(value);
      if (name === undefined) return true;
      if (extractor.internal) internal.set(name, [...(internal.get(name) ?? []), ...values]);
      else shownByName.set(name, values);
      named.set(name, extractor.internal ? (internal.get(name) ?? values) : values);
      define(evidence, name, values);
      return true;
    }),
  );
  return whenThere(done, () => {
    for (const [name, values] of internal) {
      define(evidence, name, values);
      if (values.length > 1) for (const [at, value] of values.entries()) evidence.define(`${name}${at}`, value);
    }
    return { shown: shown.list(), shownByName, internal, foundInternal, named };
  });
};

/** One value is a text, several are a list. */
const define = (evidence: Evidence, name: string, values: readonly string[]): void => {
  const [only] = values;
  evidence.define(name, values.length === 1 && only !== undefined ? only : values);
};
