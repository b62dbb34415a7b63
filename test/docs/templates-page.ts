import { format, resolveConfig } from "prettier";
import { dslHelpers } from "../../src/engines/scan/dsl/helpers/table.ts";
import { type KeySupport, type KeyTable, languageKeys } from "../../src/engines/scan/template/keys.ts";
import { keyCases } from "../unit/engines/scan/key-cases/all-cases.ts";
import { casesOf } from "../unit/engines/scan/key-cases/coverage.ts";
import { helperTestFiles, testsOfHelper } from "../unit/engines/scan/key-cases/helper-tests.ts";

/** What stands at a place of a template, for a heading; the place itself when absent. */
const headings: Readonly<Partial<Record<string, string>>> = {
  template: "A template",
  matcher: "A matcher",
  matcherType: "Types of matchers",
  extractor: "An extractor",
  extractorType: "Types of extractors",
  networkInput: "An input of `network`",
  websocketInput: "An input of `websocket`",
  workflow: "A step of a workflow",
  workflowMatcher: "A condition of a step",
};

const head = `# What runs of nuclei's template language

This page is generated from the code by \`npm run docs\`; a test fails when it is out of date. For each key: whether it
is supported, what that means, and the test that fails when only that key is removed or changed. A template that uses a
refused key, or one that is not on this page, is refused as a whole, with the file, the line and the key: \`garrison
template validate PATH\` says so without sending anything.
`;

const casesFolder = "../test/unit/engines/scan/key-cases";
const helpersFolder = "../test/unit/engines/scan/dsl";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "\\<");

const testsOf = (place: string, key: string): string => {
  const cases = casesOf(place, key);
  if (cases.length === 0) throw new Error(`${place}.${key} is supported, and no test shows it: add a case`);
  return cases.map(({ file, keyCase }) => `${cell(keyCase.shows)} ([test][${file}])`).join("; ");
};

const row = (place: string, key: string, { supported, note }: KeySupport): string =>
  supported
    ? `| \`${key}\` | supported | ${cell(note)} | ${testsOf(place, key)} |`
    : `| \`${key}\` | refused | ${cell(note)} | |`;

const count = (tables: readonly KeyTable[]): string => {
  const keys = tables.flatMap((table) => Object.values(table));
  const supported = keys.filter((key) => key.supported).length;
  return `${keys.length} keys: ${supported} supported, ${keys.length - supported} refused.`;
};

const section = (place: string, table: KeyTable): string => {
  const rows = Object.entries(table).map(([key, support]) => row(place, key, support));
  const heading = headings[place] ?? `\`${place}\``;
  return `## ${heading}\n\n| key | | note | shown by |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
};

const helperSection = (): string => {
  const rows = Object.entries(dslHelpers).map(([name, { supported, signature, note }]) =>
    supported
      ? `| \`${name}${cell(signature)}\` | supported | ${cell(note)} | ${helperTestsOf(name)} |`
      : `| \`${name}${cell(signature)}\` | refused | ${cell(note)} | |`,
  );
  return `## Helpers of expressions

Each also goes by its name without underscores.

| helper | | note | shown by |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
};

/** The test files that the rows name. */
const usedHelperTests = (): readonly string[] =>
  helperTestFiles.filter((file) => Object.keys(dslHelpers).some((name) => testsOfHelper(name).includes(file)));

const helperTestsOf = (name: string): string => {
  const files = testsOfHelper(name);
  if (files.length === 0) throw new Error(`the helper ${name} is supported, and no test calls it: add one`);
  return files.map((file) => `[${file}][]`).join(", ");
};

/** The text of docs/templates.md. @throws Error when a supported key has no test */
export const templatesPage = async (): Promise<string> => {
  const sections = Object.entries<KeyTable>(languageKeys).map(([place, table]) => section(place, table));
  sections.push(helperSection());
  const links = [
    ...Object.keys(keyCases).map((file) => `[${file}]: ${casesFolder}/${file}`),
    ...usedHelperTests().map((file) => `[${file}]: ${helpersFolder}/${file}`),
  ];
  const text = [head, count(Object.values(languageKeys)), "", ...sections, ...links].join("\n");
  return format(text, { ...(await resolveConfig("docs/templates.md")), parser: "markdown" });
};
