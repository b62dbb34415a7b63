import { type KeyTable, languageKeys } from "../../../../../src/engines/scan/template/keys.ts";
import { dslHelpers } from "../../../../../src/engines/scan/dsl/helpers/table.ts";
import { keyCases } from "./all-cases.ts";
import { testsOfHelper } from "./helper-tests.ts";
import type { KeyCase } from "./key-case.ts";

/** A case and where it stands. */
export interface CaseOfKey {
  readonly file: string;
  readonly keyCase: KeyCase;
}

/** The cases of a key of a place. */
export const casesOf = (place: string, key: string): readonly CaseOfKey[] =>
  Object.entries(keyCases).flatMap(([file, cases]) =>
    cases.filter((one) => one.place === place && one.key === key).map((keyCase) => ({ file, keyCase })),
  );

/** Supported keys without a case, and cases of keys that are not supported; each as `place.key`. */
export const coverageGaps = (): { readonly untested: readonly string[]; readonly unsupported: readonly string[] } => {
  const supported = Object.entries<KeyTable>(languageKeys).flatMap(([place, table]) =>
    Object.keys(table).flatMap((key) => (table[key]?.supported === true ? [`${place}.${key}`] : [])),
  );
  const tested = new Set(Object.values(keyCases).flatMap((cases) => cases.map(({ place, key }) => `${place}.${key}`)));
  return {
    untested: supported.filter((name) => !tested.has(name)),
    unsupported: [...tested].filter((name) => !supported.includes(name)),
  };
};

/** Supported helpers of expressions that no test calls. */
export const untestedHelpers = (): readonly string[] =>
  Object.entries(dslHelpers).flatMap(([name, { supported }]) =>
    supported && testsOfHelper(name).length === 0 ? [name] : [],
  );
