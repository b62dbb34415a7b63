import { RE2JS } from "re2js";
import { type Random, seededRandom } from "../../src/base/random.ts";

/** A matcher as its template has it. */
export type MixedMatcher =
  | {
      readonly type: "word";
      readonly words: readonly string[];
      readonly condition: "and" | "or";
      readonly caseInsensitive: boolean;
    }
  | { readonly type: "regex"; readonly regex: readonly string[]; readonly condition: "and" | "or" };

const syllables = (
  "ba be bo ca ce con da de do fi ga go in ja ka la le li lo ma me mi mo na ne net no on or pa pe pro ra re ri ro sa se " +
  "si so ta te ti to tor va ve vi wa web wi xo za"
).split(" ");
/** Words that pages are made of, and how many of the names in templates are such words: one of so many. */
const commonWords = 1_500;
const commonShare = 10;

/** Writes texts like those of web pages and of the words that templates look for. */
class Writer {
  readonly #random: Random;
  readonly #common: readonly string[];

  constructor(random: Random, common: readonly string[]) {
    this.#random = random;
    this.#common = common;
  }

  below(limit: number): number {
    return this.#random.below(limit);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** A name that nobody else has, most likely. */
  own(): string {
    return Array.from({ length: 2 + this.below(3) }, () => this.of(syllables)).join("");
  }

  /** A word of pages. */
  common(): string {
    return this.of(this.#common);
  }

  /** A name as templates have it. */
  name(): string {
    return this.below(commonShare) === 0 ? this.common() : this.own();
  }

  /** As in community templates: names, tags, paths, JSON keys, headers, sentences; some with letters beyond ASCII. */
  word(): string {
    return this.of([
      () => this.name(),
      () => `<title>${this.name()} ${this.name()}</title>`,
      () => `"${this.name()}":`,
      () => `/${this.name()}/${this.name()}.js`,
      () => `${this.name()} ${this.name()}`,
      () => `X-${this.name()}: ${this.name()}`,
      () => `${this.name()}=${this.below(100)}`,
      () => `© 20${this.below(30)} ${this.name()}`,
      () => `<${this.name()}>`,
    ])();
  }

  pattern(): string {
    const name = this.name();
    return this.of([
      () => `root:[x*]:0:0:`,
      () => `(?i)${name} v?([0-9.]+)`,
      () => `<${name}>.*</${this.name()}>`,
      () => `"${name}":\\s*"([^"]+)"`,
      () => `(?m)^(${name}|${this.name()}): .*${this.name()}`,
      () => `&copy; 20\\d{2} ${name}`,
      () => `(?i)(${name}|${this.name()}|${this.name()}) ?= ?[0-9]+`,
      () => `${name}[-_.]?${this.name()}`,
      () => `\\b${name}[0-9A-Z]{16}\\b`,
      () => `${name}/[0-9.]+`,
      // The rare ones that need most of a page.
      () =>
        this.of([
          () => `\\b3[47]\\d{2}[\\s\\-\\.]\\d{6}`,
          () => `(?s)<title>[^<]*${name}`,
          () => `HTTP/\\d\\.\\d\\s+${name}`,
        ])(),
    ])();
  }

  /** A page of about so many bytes. */
  page(bytes: number): Buffer {
    let text = "<html>\n";
    while (text.length < bytes) {
      text += `<div class="${this.common()}">${this.common()} ${this.word()} ${this.common()} ${this.below(100_000)}</div>\n`;
    }
    return Buffer.from(text).subarray(0, bytes);
  }
}

const common = ((): readonly string[] => {
  const writer = new Writer(seededRandom(0), []);
  return Array.from({ length: commonWords }, () => writer.own());
})();

const writerOf = (seed: number): Writer => new Writer(seededRandom(seed), common);

/** Matchers in the mix of the community's templates, the same for the same seed. */
export const matcherMix = (words: number, patterns: number, seed: number): readonly MixedMatcher[] => {
  const writer = writerOf(seed);
  const condition = (): "and" | "or" => (writer.below(3) === 0 ? "and" : "or");
  const some = (make: () => string): readonly string[] => Array.from({ length: 1 + writer.below(4) }, make);
  return [
    ...Array.from({ length: words }, () => ({
      type: "word" as const,
      words: some(() => writer.word()),
      condition: condition(),
      caseInsensitive: writer.below(10) === 0,
    })),
    ...Array.from({ length: patterns }, () => ({
      type: "regex" as const,
      regex: [writer.pattern()],
      condition: condition(),
    })),
  ];
};

/** Patterns that need no literal: each costs a search. */
export const literalless: readonly string[] = [
  "[a-f0-9]{32}",
  "[a-z0-9._-]+@[a-z0-9-]+[.][a-z]{2,}",
  "[0-9]{1,3}(?:[.][0-9]{1,3}){3}",
  "(?i)[a-z]{3,8}[0-9]{5,}",
  "[A-Z0-9]{20}",
];

export const mixedPage = (bytes: number, seed: number): Buffer => writerOf(seed).page(bytes);

const written = (text: string): string => JSON.stringify(text);

/** The matchers as a block of a template. */
export const blockOf = (matchers: readonly MixedMatcher[]): string =>
  [
    "matchers:",
    ...matchers.map((matcher) =>
      matcher.type === "word"
        ? `  - {type: word, condition: ${matcher.condition}, case-insensitive: ${matcher.caseInsensitive}, words: [${matcher.words.map(written).join(", ")}]}`
        : `  - {type: regex, condition: ${matcher.condition}, regex: [${matcher.regex.map(written).join(", ")}]}`,
    ),
    "",
  ].join("\n");

/** What each matcher says of a body, by the simplest way there is. */
export const naively = (matchers: readonly MixedMatcher[]): ((body: Buffer) => readonly boolean[]) => {
  const tests = matchers.map((matcher) => {
    const holds = (results: readonly boolean[]): boolean =>
      matcher.condition === "and" ? results.every(Boolean) : results.some(Boolean);
    if (matcher.type === "regex") {
      const patterns = matcher.regex.map((source) => RE2JS.compile(source));
      return (body: Buffer) => holds(patterns.map((pattern) => pattern.matcher(body).find()));
    }
    const words = matcher.words.map((word) => Buffer.from(matcher.caseInsensitive ? word.toLowerCase() : word));
    return (body: Buffer, lower: Buffer) =>
      holds(words.map((word) => (matcher.caseInsensitive ? lower : body).includes(word)));
  });
  return (body) => {
    const lower = Buffer.from(body.toString("utf8").toLowerCase());
    return tests.map((test) => test(body, lower));
  };
};
