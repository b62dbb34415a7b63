import assert from "node:assert/strict";
import { systemClock } from "../../../../../src/base/clock.ts";
import { seededRandom } from "../../../../../src/base/random.ts";
import { type Attack, combinationCount, combinations } from "../../../../../src/engines/scan/payloads/attack.ts";
import { inlineList, linesOf } from "../../../../../src/engines/scan/payloads/payload-list.ts";
import { compilePayloads, type Payloads } from "../../../../../src/engines/scan/payloads/payloads.ts";
import { parseYaml } from "../../../../../src/engines/scan/template/document.ts";
import type { Problem } from "../../../../../src/engines/scan/template/problem.ts";
import { defaultTemplateLimits } from "../../../../../src/engines/scan/template/template.ts";
import { Variables } from "../../../../../src/engines/scan/value/scope.ts";

const lists = new Map([
  ["a", inlineList(["1", "2", "3"])],
  ["b", inlineList(["x", "y"])],
]);

const shown = (attack: Attack, of = lists): readonly string[] =>
  [...combinations(attack, of)].map((each) => Object.values(each).join(""));

const files: Readonly<Record<string, string>> = {
  "words.txt": "one\r\n\ntwo\nthr\u00e9e",
  "empty.txt": "\n\n",
};

const compile = (text: string): { readonly payloads: Payloads | undefined; readonly problems: readonly string[] } => {
  const problems: Problem[] = [];
  const section = parseYaml(text, { file: "t.yaml", problems });
  assert.ok(section !== undefined);
  const payloads = compilePayloads(section, {
    limits: defaultTemplateLimits,
    selfContained: false,
    readFile: (path) => (path in files ? Buffer.from(files[path] ?? "") : "no such file"),
  });
  return { payloads, problems: problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`) };
};

const all = async (payloads: Payloads | undefined, values: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const found: unknown[] = [];
  const dsl = { clock: systemClock, random: seededRandom(1) };
  for await (const each of payloads?.each(new Variables(undefined, values), dsl) ?? []) found.push(each);
  return found;
};

describe("attacks", () => {
  it("of the kind pitchfork go through all lists in step, until the shortest ends", () => {
    assert.deepEqual(shown("pitchfork"), ["1x", "2y"]);
    assert.equal(combinationCount("pitchfork", lists), 2);
  });

  it("of the kind clusterbomb combine everything, the first list fastest", () => {
    assert.deepEqual(shown("clusterbomb"), ["1x", "2x", "3x", "1y", "2y", "3y"]);
    assert.equal(combinationCount("clusterbomb", lists), 6);
  });

  it("of the kind batteringram go through their one list", () => {
    const one = new Map([["a", inlineList(["1", "2"])]]);
    assert.deepEqual(shown("batteringram", one), ["1", "2"]);
    assert.equal(combinationCount("batteringram", one), 2);
  });

  it("begin with the first combination, however many there are", () => {
    const million = linesOf(Buffer.from("word\n".repeat(1_000_000)));
    const huge = new Map(["a", "b", "c"].map((name) => [name, million]));
    assert.equal(combinationCount("clusterbomb", huge), Number.MAX_SAFE_INTEGER);
    const [first] = combinations("clusterbomb", huge);
    assert.deepEqual(first, { a: "word", b: "word", c: "word" });
  });
});

describe("payloads of a template", () => {
  it("come from lists and from files, whose empty lines do not count", async () => {
    const { payloads, problems } = compile(
      "{path: [u w], attack: pitchfork, payloads: {u: [é, 2, true], w: words.txt}}",
    );
    assert.deepEqual(problems, []);
    assert.equal(payloads?.count, 3);
    assert.deepEqual(payloads.names, ["u", "w"]);
    assert.deepEqual(await all(payloads), [
      { u: "\u00c3\u00a9", w: "one" },
      { u: "2", w: "two" },
      { u: "true", w: "thr\u00c3\u00a9e" },
    ]);
  });

  it("may contain placeholders, whose values are not evaluated", async () => {
    const { payloads } = compile('{path: [u], payloads: {u: ["{{name}}@x", "{{nobody}}", "{{"]}}');
    assert.deepEqual(await all(payloads, { name: "{{other}}" }), [
      { u: "{{other}}@x" },
      { u: "{{nobody}}" },
      { u: "{{" },
    ]);
  });

  it("that nothing uses are left out", () => {
    const { payloads, problems } = compile("{path: ['{{used}}'], payloads: {used: [1], unused: [2, 3]}}");
    assert.deepEqual(problems, []);
    assert.deepEqual(payloads?.names, ["used"]);
  });

  it("are one for batteringram, which holds when attack is absent", () => {
    const { problems } = compile("{path: [a b], payloads: {a: [1], b: [2]}}");
    assert.deepEqual(problems, [
      "invalid payloads: batteringram, which holds when attack is absent, takes one payload; there are 2",
    ]);
  });

  it("are refused or invalid with their names", () => {
    assert.deepEqual(compile("{path: [a], attack: ram, payloads: {a: [1]}}").problems, [
      'invalid attack: "ram" is none of batteringram, pitchfork, clusterbomb',
    ]);
    assert.deepEqual(
      compile("{path: [a b c d e], payloads: {a: none.txt, b: [], c: empty.txt, d: {low: [1]}, e: 5}}").problems,
      [
        "invalid payloads.a: none.txt: no such file",
        "invalid payloads.b: has no values",
        "invalid payloads.c: has no values",
        "refused payloads.d: levels of aggression serve fuzzing, which is not run",
        "invalid payloads.e: must be a list or a file",
      ],
    );
  });
});
