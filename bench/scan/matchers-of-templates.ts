import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { RE2JS } from "re2js";
import type { Random } from "../../src/base/random.ts";
import type { MixedMatcher } from "../../test/support/matcher-mix.ts";

interface Found {
  readonly type?: unknown;
  readonly words?: unknown;
  readonly regex?: unknown;
  readonly condition?: unknown;
}

/** The word and regex matchers of all http requests in a folder's templates. */
const matchersIn = (folder: string): readonly Found[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => {
      const template = parse(readFileSync(join(folder, name), "utf8")) as Readonly<Record<string, unknown>>;
      const blocks = (template["http"] ?? template["requests"] ?? []) as readonly Readonly<Record<string, unknown>>[];
      return blocks.flatMap((block) => (block["matchers"] ?? []) as readonly Found[]);
    });

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const letters = "abcdefghijklmnopqrstuvwxyz";

/** The same text with its letters in names drawn anew, so that no two copies look for the same. */
const varied = (text: string, random: Random): string =>
  text.replaceAll(
    /(?<![\\a-zA-Z])[a-zA-Z]{4,}/g,
    (name) =>
      name.slice(0, 2) +
      Array.from({ length: name.length - 2 }, () => letters.charAt(random.below(letters.length))).join(""),
  );

const compiles = (source: string): boolean => {
  try {
    RE2JS.compile(source);
    return true;
  } catch {
    return false;
  }
};

/** As many matchers as wanted in the mix of a folder of templates: each as it is once, then in copies with other names. */
export const matchersOfTemplates = (
  folder: string,
  words: number,
  patterns: number,
  random: Random,
): readonly MixedMatcher[] => {
  const found = matchersIn(folder);
  const ofType = (type: "word" | "regex"): readonly Found[] => found.filter((matcher) => matcher.type === type);
  const copies = (of: readonly Found[], count: number, key: "words" | "regex"): readonly Found[] =>
    Array.from({ length: count }, (_, at) => {
      const matcher = of[at % of.length] ?? {};
      const own = at < of.length ? texts(matcher[key]) : texts(matcher[key]).map((text) => varied(text, random));
      return { ...matcher, [key]: own };
    });
  const usable = ofType("regex").filter(({ regex }) => texts(regex).every(compiles));
  const condition = ({ condition: said }: Found): "and" | "or" => (said === "and" ? "and" : "or");
  return [
    ...copies(ofType("word"), words, "words").map((matcher) => ({
      type: "word" as const,
      words: texts(matcher.words).filter((word) => !word.includes("{{")),
      condition: condition(matcher),
      caseInsensitive: false,
    })),
    ...copies(usable, patterns, "regex").map((matcher) => ({
      type: "regex" as const,
      regex: texts(matcher.regex),
      condition: condition(matcher),
    })),
  ].filter((matcher) => (matcher.type === "word" ? matcher.words : matcher.regex).length > 0);
};
