import assert from "node:assert/strict";
import fc from "fast-check";
import { Part } from "../../../../../src/engines/scan/operators/part.ts";
import { isExcluded, testLines } from "../../../../../src/engines/scan/search/pattern-search.ts";
import { compilePattern, type Pattern } from "../../../../../src/engines/scan/search/pattern.ts";

const compiled = (source: string): Pattern => {
  const pattern = compilePattern(source);
  if (typeof pattern === "string") assert.fail(`${source}: ${pattern}`);
  return pattern;
};

const problemOf = (source: string): string => {
  const pattern = compilePattern(source);
  return typeof pattern === "string" ? pattern : "none";
};

/** The sets of literals, each joined by `|`. */
const literalsOf = (source: string): readonly string[] =>
  compiled(source).required.map((set) =>
    set
      .map(({ text: literal }) => literal)
      .toSorted()
      .join("|"),
  );

/** Texts in which patterns of `atoms` are likely to be found, with letters whose case has surprises. */
const pieces = [
  "a",
  "B",
  "k",
  "K",
  "\u212a",
  "s",
  "S",
  "\u017f",
  "\u0130",
  "i",
  "ä",
  "Ä",
  "1",
  "-",
  "\n",
  "]",
  "{",
  "\ufffd",
];
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...pieces).map((piece) => Buffer.from(piece)),
      fc.uint8Array({ maxLength: 2 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

const atoms = fc.constantFrom(
  ...[
    "a",
    "B",
    "k",
    "s",
    "K",
    "ſ",
    "\u212a",
    "İ",
    "ä",
    "ks",
    "ab1",
    ".",
    "^",
    "$",
    "\\b",
    "\\d",
    "\\w",
    "\\S",
    "\\x61",
    "\\x{212a}",
  ],
  ...[
    "\\141",
    "\\Qa.\\E",
    "\\Q\\E",
    "\\-",
    "\\n",
    "[ab]",
    "[^a]",
    "[a-d]",
    "[k-s]",
    "[]a]",
    "[a-]",
    "[\\d-]",
    "[[:alpha:]]",
    "[K\\x73]",
  ],
  ...[
    "\\pL",
    "\\p{Greek}",
    "{",
    "}",
    "]",
    "a{,2}",
    "\\ufffd".slice(0, 0),
    "\ufffd",
    "[\ufffd]",
    "\\z",
    "\\A",
    "[ſ]",
    "\\_",
  ],
);
const { source } = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atoms,
    fc.tuple(tie("source"), tie("source")).map(([one, other]) => one + other),
    fc.tuple(tie("source"), tie("source")).map(([one, other]) => `(?:${one}|${other})`),
    fc.tuple(tie("source"), tie("source")).map(([one, other]) => `${one}|${other}`),
    fc
      .tuple(
        fc.constantFrom("(", "(?i:", "(?-i:", "(?s:", "(?P<n>", "(?i)", "x(?i)", "(?i-s)", "(?m)", "(?s)", "(?m-i:"),
        tie("source"),
      )
      .map(([open, inner]) => (open.endsWith(")") ? `${open}${inner}` : `${open}${inner})`)),
    fc
      .tuple(tie("source"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "+?", "{0}"))
      .map(([inner, sign]) => `(?:${inner})${sign}`),
    fc.tuple(tie("source"), fc.constantFrom("*", "+?", "?", "{2}")).map(([inner, sign]) => inner + sign),
  ),
}));

describe("patterns of the scan engine", () => {
  it("name the literals that their matches need", () => {
    assert.deepEqual(literalsOf("root:.*:0:0:"), ["root:", ":0:0:"]);
    assert.deepEqual(literalsOf("v[0-9]+\\.js"), [".js", "v"]);
    assert.deepEqual(literalsOf("(?i)WordPress [0-9]"), ["wordpress "]);
    assert.deepEqual(literalsOf("(admin|root)@example"), ["admin@example|root@example"]);
    assert.deepEqual(literalsOf("colou?r-picker"), ["color-picker|colour-picker"]);
    assert.deepEqual(literalsOf("(?:long word|[0-9]+ other)"), [" other|long word"]);
    assert.deepEqual(literalsOf("\\Qa.b\\E(?:cd){2,}x*"), ["a.bcdcd"]);
    assert.deepEqual(literalsOf("[0-9]+"), []);
    assert.deepEqual(literalsOf("(?:needed)?"), []);
    assert.deepEqual(literalsOf("a|[0-9]"), []);
    assert.deepEqual(literalsOf("(?i)ä"), []);
    assert.deepEqual(literalsOf("(?i:(?-i:ä)Ö)x"), ["\xc3\xa4", "x"]);
    // Flags between do not change what is repeated.
    assert.deepEqual(literalsOf("ab(?i){2}c"), ["abbc"]);
    assert.deepEqual(literalsOf("ab(?i)(?s)*"), ["a"]);
  });

  it("are found in the texts in which RE2 finds them, by their literals and lines", () => {
    let found = 0;
    let byLines = 0;
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 4, maxLength: 4 }), (written, texts) => {
        const pattern = compilePattern(written);
        if (typeof pattern === "string") return;
        for (const raw of texts) {
          const part = new Part(raw);
          const onLines = testLines(pattern, part, 1e9);
          const isFound = pattern.re2.test(raw);
          byLines += onLines === undefined ? 0 : 1;
          if (onLines !== undefined)
            assert.equal(onLines, isFound, `${written} on the lines of ${JSON.stringify(String(raw))}`);
          if (!isFound) continue;
          found += pattern.required.length > 0 ? 1 : 0;
          assert.ok(!isExcluded(pattern, part), `${written} needs ${literalsOf(written).join(" ")}`);
        }
      }),
      { numRuns: 4_000 },
    );
    assert.ok(found > 100, `only ${found} patterns with a literal were found`);
    assert.ok(byLines > 100, `only ${byLines} patterns were decided by lines`);
  });

  it("know whether a match is within one line, whatever stands on the others", () => {
    const within = [
      "a.b",
      "a[^\\n]b",
      "[a-z]+\\d",
      "(?m)^a$",
      "\\ba\\B",
      "a[[:alpha:]-]",
      "(?s-s:.)",
      "\\S\\w",
      "[^\\s]",
    ];
    const beyond = ["(?s)a.b", "a[^b]c", "a\\sb", "a\\nb", "[\\x00-a]", "^a", "a$", "\\Aa", "a\\z", "\\D", "[^\\d]"];
    const unclear = ["\\pL", "[\\W]", "[[:^alpha:]]", "[[:space:]]", "a(b|(?s:.))c", "(?m)(?-m:^)a"];
    assert.deepEqual(
      within.filter((written) => !compiled(written).isWithinLine),
      [],
    );
    assert.deepEqual(
      [...beyond, ...unclear].filter((written) => compiled(written).isWithinLine),
      [],
    );
  });

  it("say why they do not compile", () => {
    assert.match(problemOf("(?=look-ahead)"), /does not compile as RE2/);
    assert.match(problemOf("a".repeat(20_000)), /longer than 16384/);
  });
});
