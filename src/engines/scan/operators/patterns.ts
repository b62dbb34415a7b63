import { compilePattern, type Pattern } from "../search/pattern.ts";
import { programBound } from "../search/pattern/program-bound.ts";
import type { Section } from "../template/section.ts";

/** Compiles the patterns of a list. One that does not compile is reported as invalid at its line. */
export const compilePatterns = (section: Section, key: string): readonly Pattern[] =>
  compileEach(section, key, "pattern", (source) =>
    section.takesPattern(programBound(source))
      ? compilePattern(source)
      : "is not compiled: the patterns of the template are too large together",
  );

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
