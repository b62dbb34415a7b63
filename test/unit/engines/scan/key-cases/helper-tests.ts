import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inRepository } from "../../../../support/built.ts";

const folder = inRepository("test/unit/engines/scan/dsl");

/** The files that test helpers, with their texts. */
const texts: ReadonlyMap<string, string> = new Map(
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".ts"))
        .toSorted()
        .map((file) => [file, readFileSync(`${folder}/${file}`, "utf8")] as const)
    : [],
);

export const helperTestFiles: readonly string[] = [...texts.keys()];

/** The test files in which an expression calls the helper. */
export const testsOfHelper = (name: string): readonly string[] => {
  const call = new RegExp(`(?<![\\w.])${name}\\(`);
  return [...texts].filter(([, text]) => call.test(text)).map(([file]) => file);
};
