import { RE2JS } from "re2js";
import type { Placed, Section } from "../template/section.ts";

const maxPatternChars = 16_384;

/**
 * Compiles the patterns of a list, RE2 syntax as in nuclei (no look-around, no backreference, linear time). One that
 * does not compile is reported as invalid at its line.
 */
export const compilePatterns = (section: Section, key: string): readonly RE2JS[] => {
  const out: RE2JS[] = [];
  const patterns = section.strings(key);
  if (patterns.length === 0) section.complain("invalid", key, "needs at least one pattern");
  for (const [at, pattern] of patterns.entries()) {
    const compiled = compilePattern(pattern);
    if (typeof compiled !== "string") out.push(compiled);
    else section.complain("invalid", `${key}[${at}]`, compiled, pattern.line);
  }
  return out;
};

const compilePattern = ({ value }: Placed<string>): RE2JS | string => {
  if (value.length > maxPatternChars) return `pattern is longer than ${maxPatternChars} characters`;
  try {
    return RE2JS.compile(value);
  } catch (thrown) {
    return `pattern does not compile as RE2: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
};
