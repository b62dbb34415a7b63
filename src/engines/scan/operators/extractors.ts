import { refuseOtherKeys, supportedType } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import type { Evidence } from "./evidence.ts";
import { compileKvalExtractor } from "./kval-extractor.ts";
import { readPart } from "./matchers.ts";
import type { Extractor } from "./operator.ts";
import { compileRegexExtractor } from "./regex-extractor.ts";

type Extract = (evidence: Evidence, partName: string) => readonly string[];

const compilers = {
  regex: compileRegexExtractor,
  kval: compileKvalExtractor,
} as const satisfies Record<string, (section: Section) => Extract>;

type ExtractorType = keyof typeof compilers;

/** The types of extractor that can be run. */
export const extractorTypes = Object.keys(compilers) as readonly ExtractorType[];

const keysOfType: Readonly<Record<ExtractorType, readonly string[]>> = {
  regex: ["regex", "group"],
  kval: ["kval", "case-insensitive"],
};
const typedKeys = new Set(Object.values(keysOfType).flat());

/** Compiles an extractor, or reports why it cannot be run. */
export const compileExtractor = (section: Section): Extractor | undefined => {
  refuseOtherKeys(section, "extractor");
  const type = supportedType(section, "extractorType", extractorTypes);
  if (type === undefined) return undefined;
  for (const { value: key } of section.keys()) {
    if (typedKeys.has(key) && !keysOfType[type].includes(key)) {
      section.complain("invalid", key, `does not belong to a ${type} extractor`);
    }
  }
  const extract = compilers[type](section);
  const partName = readPart(section);
  return {
    name: section.string("name")?.trim() || undefined,
    extract: (evidence) => extract(evidence, partName),
  };
};
