import assert from "node:assert/strict";
import { languageKeys } from "../../../../src/engines/scan/index.ts";
import { extractorTypes } from "../../../../src/engines/scan/operators/extractor.ts";
import { matcherTypes } from "../../../../src/engines/scan/operators/matcher.ts";

const supported = (table: Readonly<Record<string, { readonly supported: boolean }>>): readonly string[] =>
  Object.keys(table)
    .filter((key) => table[key]?.supported === true)
    .toSorted();

describe("the table of template keys", () => {
  it("calls exactly those operator types supported that have a compiler", () => {
    assert.deepEqual(supported(languageKeys.matcherType), matcherTypes.toSorted());
    assert.deepEqual(supported(languageKeys.extractorType), extractorTypes.toSorted());
  });

  it("says something about every key", () => {
    for (const table of Object.values(languageKeys)) {
      for (const [key, { note }] of Object.entries(table)) assert.ok(note.length > 3, key);
    }
  });
});
