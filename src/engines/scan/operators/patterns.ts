import { RE2JS } from "re2js";
import { compilePattern, type Pattern } from "../search/pattern.ts";
import { programBound } from "../search/pattern/program-bound.ts";
import type { Section } from "../template/section.ts";
import { printed } from "../value/printed.ts";
import type { Evidence } from "./evidence.ts";

/** The pattern to look for in one response. */
export type PatternFor = (evidence: Evidence) => Pattern;

/** Compiles the patterns of a list. One that does not compile is reported as invalid at its line. */
export const compilePatterns = (section: Section, key: string): readonly PatternFor[] =>
  compileEach(section, key, "pattern", (source) => {
    if (!section.takesPattern(programBound(source))) {
      return "is not compiled: the patterns of the template are too large together";
    }
    const pattern = compilePattern(source.replaceAll(randomName, "$1"));
    if (typeof pattern === "string") return pattern;
    return source.search(randomName) === -1
      ? () => pattern
      : (evidence) => withRandomTexts(source, evidence) ?? pattern;
  });

/** The only placeholders of patterns: nuclei puts these random texts in before it reads a template. */
const randomName = /\{\{(randstr(?:_[a-z0-9_]*)?)\}\}/g;

const withRandomTexts = (source: string, { scope }: Evidence): Pattern | undefined => {
  const pattern = compilePattern(
    source.replaceAll(randomName, (_marker, name: string) => RE2JS.quote(printed(scope.get(name) ?? name))),
  );
  return typeof pattern === "string" ? undefined : pattern;
};

/** Compiles the texts of a list, of which there has to be one; each problem is reported at its line. */
export const compileEach = <Compiled extends object>(
  section: Section,
  key: string,
  what: string,
  compile: (source: string) => Compiled | string,
): readonly Compiled[] => {
  const sources = section.strings(key);
  if (sources.length === 0) section.complain("invalid", key, `needs at least one ${what}`);
  return sources.flatMap(({ value, line }, at) => {
    const compiled = compile(value);
    if (typeof compiled !== "string") return [compiled];
    section.complain("invalid", `${key}[${at}]`, compiled, line);
    return [];
  });
};
