import { DslError } from "../dsl/expression.ts";
import { Literal } from "../search/literal.ts";
import { lowered } from "../search/letters.ts";
import { compileText, type TextPattern } from "../template/text.ts";
import type { Section } from "../template/section.ts";
import { bytesOf } from "../value/value.ts";
import { type Condition, readCondition } from "./condition.ts";
import type { Evidence } from "./evidence.ts";
import { collecting } from "./found.ts";
import { type Soon, whenThere } from "./in-turn.ts";
import type { MatchTest } from "./operator.ts";
import type { Part } from "./part.ts";

/** A word of bytes, with what decides quickly that it is absent. */
interface FixedWord {
  readonly bytes: string;
  readonly literal: Literal | undefined;
}

/** What makes a word once the values of the request are known. */
interface MadeWord {
  readonly text: TextPattern;
}

/**
 * `word`: any or all words are in the part, compared byte by byte; with `case-insensitive` both in lower case.
 * `encoding: hex` gives words as bytes; one that is not hex is taken as it is, as nuclei does.
 */
export const compileWordMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const caseInsensitive = section.boolean("case-insensitive");
  const words = readWords(section, caseInsensitive);
  if (words.length === 0) section.complain("invalid", "words", "needs at least one word");
  return (evidence, partName, found) => {
    const part = evidence.part(partName);
    if (part === undefined) return undefined;
    return collecting(condition, words, found, (word, kept) =>
      "bytes" in word
        ? keep(contains(part, word, caseInsensitive), word.bytes, kept)
        : whenThere(madeWord(word, evidence, condition), (made) => {
            if (made === undefined) return false;
            const bytes = caseInsensitive ? lowered(made) : made;
            return keep((caseInsensitive ? part.lower : part.bytes).includes(bytes), bytes, kept);
          }),
    );
  };
};

const keep = (isFound: boolean, bytes: string, kept: string[] | undefined): boolean => {
  if (isFound) kept?.push(bytes);
  return isFound;
};

const contains = (part: Part, { bytes, literal }: FixedWord, caseInsensitive: boolean): boolean =>
  (literal === undefined || part.mayContain(literal)) && (caseInsensitive ? part.lower : part.bytes).includes(bytes);

/** The word with its values; where that fails, the word as it is written, and nothing under `and`, as in nuclei. */
const madeWord = ({ text }: MadeWord, evidence: Evidence, condition: Condition): Soon<string | undefined> => {
  const failed = (thrown: unknown): string | undefined => {
    if (!(thrown instanceof DslError)) throw thrown;
    return condition === "and" ? undefined : bytesOf(text.source);
  };
  try {
    const made = text.render(evidence.scope, evidence.dsl);
    return made instanceof Promise ? made.catch(failed) : made;
  } catch (thrown) {
    return failed(thrown);
  }
};

const readWords = (section: Section, caseInsensitive: boolean): readonly (FixedWord | MadeWord)[] => {
  const isHex = readEncoding(section) === "hex";
  return section.strings("words").flatMap(({ value, line }, at) => {
    const raw = isHex ? fromHex(value) : undefined;
    if (raw !== undefined) return [fixedWord(raw.toString("latin1"), caseInsensitive)];
    // Lower-casing comes before rendering, as in nuclei: a placeholder in such a word names what is in lower case.
    const text = compileText(caseInsensitive ? value.toLowerCase() : value);
    if ("problem" in text) {
      section.complain(text.kind, `words[${at}]`, text.problem, line);
      return [];
    }
    return [text.isStatic ? fixedWord(bytesOf(text.source), caseInsensitive) : { text }];
  });
};

const fixedWord = (bytes: string, caseInsensitive: boolean): FixedWord => {
  const word = caseInsensitive ? lowered(bytes) : bytes;
  return { bytes: word, literal: Literal.ofWord(word) };
};

/** `hex`, or nothing. */
export const readEncoding = (section: Section): string => {
  const encoding = section.string("encoding")?.trim() ?? "";
  if (encoding !== "" && encoding !== "hex")
    section.complain("invalid", "encoding", `must be "hex", not "${encoding}"`);
  return encoding;
};

/** The bytes of a text that is hex, at least one. */
export const fromHex = (text: string): Buffer | undefined =>
  text.length > 0 && text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, "hex") : undefined;
