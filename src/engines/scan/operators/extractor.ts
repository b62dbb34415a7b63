import { refuseOtherKeys, supportedType } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import { compileDslExtractor } from "./dsl-extractor.ts";
import { compileJsonExtractor } from "./json-extractor.ts";
import { complainOfForeignKeys } from "./keys-of-type.ts";
import { compileKvalExtractor } from "./kval-extractor.ts";
import type { Extract, Extractor } from "./operator.ts";
import { compileRegexExtractor } from "./regex-extractor.ts";
import { compileXPathExtractor } from "./xpath-extractor.ts";

const compilers = {
  regex: compileRegexExtractor,
  kval: compileKvalExtractor,
  xpath: compileXPathExtractor,
  json: compileJsonExtractor,
  dsl: compileDslExtractor,
} as const satisfies Record<string, (section: Section) => Extract>;

type ExtractorType = keyof typeof compilers;

/** The types of extractor that can be run. */
export const extractorTypes = Object.keys(compilers) as readonly ExtractorType[];

const keysOfType: Readonly<Record<ExtractorType, readonly string[]>> = {
  regex: ["regex", "group"],
  kval: ["kval", "case-insensitive"],
  xpath: ["xpath", "attribute"],
  json: ["json"],
  dsl: ["dsl"],
};

/** Compiles an extractor, or reports why it cannot be run. */
export const compileExtractor = (section: Section): Extractor | undefined => {
  refuseOtherKeys(section, "extractor");
  const type = supportedType(section, "extractorType", extractorTypes);
  if (type === undefined) return undefined;
  complainOfForeignKeys(section, `${type} extractor`, keysOfType, type);
  const extract = compilers[type](section);
  // The empty name is the protocol's default part.
  const partName = section.string("part")?.trim() ?? "";
  return {
    name: section.string("name")?.trim() || undefined,
    internal: section.boolean("internal"),
    extract: (evidence) => extract(evidence, partName),
  };
};
