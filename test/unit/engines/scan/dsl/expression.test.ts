import assert from "node:assert/strict";
import { Variables } from "../../../../../src/engines/scan/value/scope.ts";
import type { Value } from "../../../../../src/engines/scan/value/value.ts";
import { compiled, failsAs, problemOf, setup, valueOf } from "./sample.ts";

const values: readonly (readonly [expression: string, value: Value])[] = [
  ["51 + 49", 100],
  ["100 & 50", 32],
  ["100 | 50", 118],
  ["100 ^ 50", 86],
  ["2 << 1", 4],
  ["2 >> 1", 1],
  ["~10", -11],
  ["101 % 2", 1],
  ["10 ** 2", 100],
  ["2 ** 3 ** 2", 64],
  ["-2 ** 2", 4],
  ["20 * 5 - 49", 51],
  ["100 ^ (23 * (2 | 5))", 197],
  ["1 + 5 ** 3 % 2 * 5", 6],
  ["50 << 1 & 90", 64],
  ["90 & 50 << 1", 64],
  ["90 + 50 << 1 * 5", 4480],
  ["1 - 2 - 4 - 8", -13],
  ["1 * 4 / 2 * 8", 16],
  ["0xabcdef", 11259375],
  ["1 << 70", 0],
  ["10 * -10", -100],
  ["-1 < 0", true],
  ["(1 == 1) || (true == true)", true],
  ["1 > 10 && 11 > 10", false],
  ["false || true && true || false", true],
  ["false && true || true", true],
  ["!true == false", true],
  ["!(10 < 0)", true],
  ["'ab' < 'abc'", true],
  ["'aba' >= 'abc'", false],
  ["'foobar' =~ 'oba'", true],
  ["'foo' !~ 'bar'", true],
  ["true ? 10", 10],
  ["false ? 10", null],
  ["false ? 35.50 : 50", 50],
  ["true ? 1 : 5 > 10", 1],
  ["true ? (false ? 1 : (false ? 2 : 3)) : (false ? 4 : 5)", 3],
  ["true ?? true ? 100 + 200 : 400", 300],
  ["1 ?? 2", 1],
  ["nothing ?? 2", 2],
  ["'foo' + 123 == 'foo123'", true],
  ["true + 'bar'", "truebar"],
  ["'n' + 1000000", "n1e+06"],
  ["'n' + 100000.25", "n100000.25"],
  ["'n' + 0.00001", "n1e-05"],
  ["'l' + list", "l[1 x 2]"],
  ["1 in (1, 2, 3)", true],
  ["1 in (1)", true],
  ["1 in ()", false],
  ["!(1 in (1, 2, 3))", false],
  ["'x' in list", true],
  ["1 in list", true],
  ["integer == 200", true],
  ["integer + 1", 201],
  ["count('aa', 'a') == 2", false],
  ["true || missing", true],
  ["false && missing", false],
  ["true || 'no boolean'", true],
  ["[a variable] + response\\-time", "vt"],
  [`"it's" + 'a "quote"' + 'esc\\'aped'`, `it'sa "quote"esc'aped`],
  ["'2014-01-02 14:12:22' > '2014-01-02 12:12:22'", true],
  ["'2014-01-02T00:00:00+0000' == 1388620800", true],
  ["'02/05/1970' + ''", "02/05/1970"],
  ["'é' == x_é", true],
];

const variables: Readonly<Record<string, Value>> = {
  nothing: null,
  list: [1n, "x", 2],
  integer: 200n,
  "a variable": "v",
  "response-time": "t",
  "x_\xc3\xa9": "\xc3\xa9",
  host: "h",
  "interactsh-url": "oob",
  text: "{{host}}",
};

describe("expressions", () => {
  for (const [expression, expected] of values) {
    it(`mean what they mean in govaluate: ${expression}`, async () => {
      assert.deepEqual(await valueOf(expression, variables), expected);
    });
  }

  for (const source of [
    "",
    "1 2",
    "foo bar",
    "(1",
    "1)",
    ")(",
    "1 +",
    "'open",
    "[open",
    "'ends with \\",
    "1.2.3",
    "0xzz",
    "a && !b || &&!c",
    "a &&! b",
    "1 = 1",
    "a.b",
    "a.",
    "_a",
    "foo(1)",
    "md5 'a'",
    "!'a'",
    "{{1}}",
    "'a' =~ '('",
    "a ? , 2",
    "(1)(2) 3",
    `${"(".repeat(200)}1${")".repeat(200)}`,
    `1${" + 1".repeat(1500)}`,
    `'${"a".repeat(70_000)}'`,
  ]) {
    it(`are not compiled when they cannot be read: ${source.slice(0, 40)}`, () => {
      assert.equal(problemOf(source), "invalid");
    });
  }

  for (const source of [
    "'a' - 1",
    "1 < 'a'",
    "1 + true",
    "true && 1",
    "1 && true",
    "!1",
    "-'a' + 1".replace("-'a'", "-(text)"),
    "1 ? 2 : 3",
    "true ? 1 : true ? 2 : 3",
    "1 in 2",
    "1 =~ 'a'",
    "(1 +)",
    "list > 1",
    "count('a', 'a') + 1",
    "host.Name",
  ]) {
    it(`fail for operands of the wrong kind: ${source}`, () => failsAs(source, "wrong-type", variables));
  }

  it("fail for a variable without a value, also under a negation", async () => {
    await failsAs("missing == 1", "missing-variable");
    await failsAs("!contains(missing, 'a')", "missing-variable");
    await failsAs("true && missing", "missing-variable");
  });

  it("put variables into texts, and never evaluate what comes from them", async () => {
    assert.equal(await valueOf("contains(x, '<{{host}}>')", { ...variables, x: "a<h>" }), true);
    assert.equal(await valueOf("'{{interactsh-url}}/§host§'", variables), "oob/h");
    assert.equal(await valueOf("'{{text}}'", variables), "{{host}}");
    assert.equal(await valueOf("'{{missing}} {{7*7}} {{md5(1)}}'", variables), "{{missing}} {{7*7}} {{md5(1)}}");
    assert.equal(await valueOf("'{{to_upper(host)}}'", variables), "H");
    assert.equal(await valueOf("{{integer}} == 200", variables), true);
    const quote = "value', 'missing') || true || contains('";
    assert.equal(await valueOf("contains('{{quote}}', 'needle')", { quote }), false);
  });

  it("name the variables and helpers that they use", () => {
    const { variables: names, functions } = compiled("md5(a) == b && to_lower('{{c}}') =~ d || tolower(a) == ''");
    assert.deepEqual([...names].sort(), ["a", "b", "c", "d"]);
    assert.deepEqual([...functions].sort(), ["md5", "to_lower"]);
  });

  it("have their value at once unless something in them may wait", () => {
    const scope = new Variables(undefined, variables);
    const now = compiled("contains(host, 'h') && len(host) == 1");
    assert.equal(now.isAsync, false);
    assert.equal(now.evaluate(scope, setup()), true);
    const short = compiled("regex('h', host)");
    assert.equal(short.isAsync, true);
    assert.equal(short.run(scope, setup()), true);
  });

  it("search long texts by the searcher of the run, and short ones in place", async () => {
    const asked: string[] = [];
    const searcher = {
      test: (pattern: string) => {
        asked.push(pattern);
        return Promise.resolve(true);
      },
      replaceAll: () => Promise.resolve("replaced"),
    };
    const long = { body: "a".repeat(4097) };
    assert.equal(await valueOf("regex('b', body)", { body: "a".repeat(4096) }, { searcher }), false);
    assert.equal(
      await valueOf("regex('b', body) && body =~ 'c' && regex_all('d', body, body)", long, { searcher }),
      true,
    );
    assert.deepEqual(asked, ["b", "c", "d", "d"]);
    assert.equal(await valueOf("!regex_any('e', 'a', body) || body !~ 'f'", long, { searcher }), false);
    assert.equal(await valueOf("replace_regex(body, 'a', '')", long, { searcher }), "replaced");
    assert.equal(await valueOf("regex('b', body)", long), false);
    assert.throws(() => compiled("regex('b', body)").evaluate(new Variables(undefined, long), setup({ searcher })), {
      code: "unavailable",
    });
  });
});
