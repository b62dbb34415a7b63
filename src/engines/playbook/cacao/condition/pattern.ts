import { compilePattern, type Pattern } from "../../../scan/search/pattern.ts";
import { lookAround } from "../../../sigma/detection/look-around.ts";

/**
 * The regular expression of a `MATCHES`, in which `.` is every character, as STIX has it; or, in words for a person, why it is none here. The
 * standard's language is that of PCRE, of which RE2 has what takes time by the length of the text.
 */
export const patternOf = (source: string): Pattern | string => {
  const refused = lookAround(source);
  if (refused !== undefined) return `the pattern has ${refused}, which is not supported`;
  const pattern = compilePattern(`(?s)${source.normalize("NFC")}`);
  return typeof pattern === "string" ? `the ${pattern}` : pattern;
};
