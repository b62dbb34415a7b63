import { parseYaml } from "./document.ts";
import { type KeySupport, type KeyTable, languageKeys, type LanguagePlace } from "./keys.ts";
import type { Section } from "./section.ts";

/** A key of the language as a template uses it. */
export interface UsedKey {
  /** Such as `http[0].method`. */
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
  /** Undefined: no key that nuclei knows. */
  readonly support: KeySupport | undefined;
}

/** What a template says, without running it. */
export interface TemplateDescription {
  /** The requests of each block in the order of the file, a line each: `GET {{BaseURL}}/login`, `A {{FQDN}}`. */
  readonly sends: readonly { readonly block: string; readonly request: string }[];
  readonly keys: readonly UsedKey[];
}

/** Protocols by the keys of a template under which their blocks stand. */
const blockPlaces: Readonly<Record<string, LanguagePlace>> = {
  http: "http",
  requests: "http",
  dns: "dns",
  network: "network",
  tcp: "network",
  ssl: "ssl",
  websocket: "websocket",
  file: "file",
};

/** Lists of mappings below a block, by their key. */
const operatorPlaces: Readonly<Record<string, LanguagePlace>> = {
  matchers: "matcher",
  extractors: "extractor",
  "pre-condition": "matcher",
};
const inputPlaces: Readonly<Partial<Record<LanguagePlace, LanguagePlace>>> = {
  network: "networkInput",
  websocket: "websocketInput",
};

/** Describes the text of a template; one that is no YAML mapping has nothing to be described. */
export const describeTemplate = (text: string): TemplateDescription => {
  // Whoever describes a template has its problems from loading it.
  const root = parseYaml(text, { file: "", problems: [] });
  if (root === undefined) return { sends: [], keys: [] };
  const blocks = root.keys().flatMap(({ value }) => {
    const place = blockPlaces[value];
    return place === undefined ? [] : root.sections(value).map((block) => ({ place, block }));
  });
  return {
    sends: blocks.flatMap(({ place, block }) =>
      (requestsOf[place]?.(block) ?? []).map((request) => ({ block: block.path, request })),
    ),
    keys: [
      ...usedKeys(root, "template"),
      ...blocks.flatMap(({ place, block }) => keysOfBlock(block, place)),
      ...root.sections("workflows").flatMap(keysOfStep),
    ],
  };
};

const usedKeys = (section: Section, place: LanguagePlace): readonly UsedKey[] => {
  const table: KeyTable = languageKeys[place];
  return section.keys().map(({ value, line }) => ({
    key: section.path === "" ? value : `${section.path}.${value}`,
    line,
    support: Object.hasOwn(table, value) ? table[value] : undefined,
  }));
};

const keysOfBlock = (block: Section, place: LanguagePlace): readonly UsedKey[] => {
  const inputs = inputPlaces[place];
  const places = { ...operatorPlaces, ...(inputs === undefined ? {} : { inputs }) };
  const below = Object.entries(places).flatMap(([key, own]) =>
    block.sections(key).flatMap((section) => usedKeys(section, own)),
  );
  return [...usedKeys(block, place), ...below];
};

const keysOfStep = (step: Section): readonly UsedKey[] => [
  ...usedKeys(step, "workflow"),
  ...step
    .sections("matchers")
    .flatMap((matcher) => [
      ...usedKeys(matcher, "workflowMatcher"),
      ...matcher.sections("subtemplates").flatMap(keysOfStep),
    ]),
  ...step.sections("subtemplates").flatMap(keysOfStep),
];

const firstLine = (text: string): string => text.trimStart().split("\n", 1)[0]?.trimEnd() ?? "";
const texts = (block: Section, key: string): readonly string[] => block.strings(key).map(({ value }) => value);
const inputsOf = (block: Section): readonly string[] =>
  block.sections("inputs").map((input) => JSON.stringify(input.string("data") ?? ""));

/** How the requests of each protocol are put in a line. */
const requestsOf: Readonly<Partial<Record<LanguagePlace, (block: Section) => readonly string[]>>> = {
  http: (block) => [
    ...texts(block, "path").map((path) => `${block.string("method") ?? "GET"} ${path}`),
    ...texts(block, "raw").map((raw) => firstLine(raw.replace(/^(?:\s*@.*\n)+/, ""))),
  ],
  dns: (block) => [`${block.string("type") ?? "A"} ${block.string("name") ?? ""}`],
  network: (block) => texts(block, "host").map((host) => [host, ...inputsOf(block)].join(" ")),
  ssl: (block) => [block.string("address") ?? ""],
  websocket: (block) => [[block.string("address") ?? "", ...inputsOf(block)].join(" ")],
  file: (block) => [`files: ${texts(block, "extensions").join(", ")}`],
};
