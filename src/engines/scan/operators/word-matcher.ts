import { compileText, renderText, type TextPattern } from "../template/placeholders.ts";
import type { Section } from "../template/section.ts";
import { combine, readCondition } from "./condition.ts";
import type { Evidence } from "./evidence.ts";
import type { MatchTest } from "./operator.ts";

/** A word as one character a byte, or what makes it once the target is known. */
type Word = string | TextPattern;

const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/**
 * `word`: any or all words are in the part. Words are compared byte by byte; with `case-insensitive` as lower-case
 * text. `encoding: hex` gives words as bytes; one that is not hex is taken as it is, as nuclei does.
 */
export const compileWordMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const caseInsensitive = section.boolean("case-insensitive");
  const words = readWords(section, caseInsensitive);
  if (words.length === 0) section.complain("invalid", "words", "needs at least one word");
  return (evidence, partName) => {
    const part = evidence.part(partName);
    if (part === undefined) return undefined;
    const corpus = caseInsensitive ? part.lowerText : part.bytes;
    return combine(condition, words, (word) => corpus.includes(wordFor(word, evidence)));
  };
};

const wordFor = (word: Word, evidence: Evidence): string =>
  typeof word === "string" ? word : toBytes(renderText(word, evidence.variables));

const readWords = (section: Section, caseInsensitive: boolean): readonly Word[] => {
  const encoding = section.string("encoding")?.trim() ?? "";
  if (encoding !== "" && encoding !== "hex")
    section.complain("invalid", "encoding", `must be "hex", not "${encoding}"`);
  return section.strings("words").map(({ value, line }, at) => {
    const raw = encoding === "hex" ? fromHex(value) : undefined;
    if (raw !== undefined) return caseInsensitive ? raw.toString("utf8").toLowerCase() : raw.toString("latin1");
    // Lower-casing comes before rendering, as in nuclei: a placeholder in such a word no longer names a variable.
    const pattern = compileText(caseInsensitive ? value.toLowerCase() : value, section.variables);
    if ("unknown" in pattern) {
      section.complain("refused", `words[${at}]`, `${pattern.unknown.join(", ")} is not supported in a word`, line);
      return value;
    }
    if (pattern.pieces.some((piece) => typeof piece !== "string")) return pattern;
    return caseInsensitive ? pattern.source : toBytes(pattern.source);
  });
};

const fromHex = (text: string): Buffer | undefined =>
  text.length > 0 && text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, "hex") : undefined;
