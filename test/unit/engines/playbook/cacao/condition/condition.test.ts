import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate } from "../../../../../../src/engines/playbook/cacao/condition/evaluate.ts";
import { parseCondition } from "../../../../../../src/engines/playbook/cacao/condition/parse-condition.ts";
import { CacaoSyntaxError } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import { declared, scopeOf } from "../variables/scopes.ts";

const scope = scopeOf(
  [
    declared("__n__", "integer", "5"),
    declared("__f__", "float", "1.5"),
    declared("__s__", "string", "it's A"),
    declared("__digits__", "string", "200"),
    declared("__b__", "bool", "true"),
    declared("__hex__", "hexstring", "FFc3"),
    declared("__ip__", "ipv4-addr", "10.1.2.3"),
    declared("__net__", "ipv4-addr", "10.0.0.0/8"),
    declared("__six__", "ipv6-addr", "fd00::1"),
    declared("__time__", "string", "2026-01-01T00:00:00.5Z"),
    declared("__d__", "dictionary", '{"l":[1,2,"x"],"a b":{"c":true},"none":null}'),
    declared("__null__", "string", null),
    declared("__empty__", "string", ""),
    declared("__pattern__", "string", "("),
  ],
  {},
);

const isTrue = (text: string): boolean => evaluate(parseCondition(text), (reference) => scope.values(reference));

const yes = [
  "__n__:value = 5",
  "__n__:value == 5",
  "__n__:value <> 6",
  "__n__:value >= 5.0",
  "__n__:value < '6'",
  "__f__:value > 1",
  "__f__:value <= +1.5",
  "__n__:value != 'five'",
  "__n__:value NOT = 6",
  "__digits__:value = 200",
  "__digits__:value < 1000",
  "__digits__:value > '1000'",
  String.raw`__s__:value = 'it\'s A'`,
  "__s__:value LIKE 'it_s%'",
  "__s__:value NOT LIKE 'IT%'",
  "__s__:value MATCHES 's.A$'",
  "__s__:value NOT MATCHES '^s'",
  "__b__:value = true",
  "__b__:value != false",
  "__b__:value = 'true'",
  "__hex__:value = h'ffc3'",
  "__hex__:value = b'/8M='",
  "__hex__:value = 'ffC3'",
  "__hex__:value < h'ffc4'",
  "__ip__:value ISSUBSET '10.0.0.0/8'",
  "__ip__:value ISSUBSET '10.1.2.3'",
  "__net__:value ISSUPERSET '10.9.0.0/16'",
  "__net__:value ISSUPERSET __ip__:value",
  "__ip__:value NOT ISSUBSET '192.168.0.0/16'",
  "__ip__:value NOT ISSUBSET 'fd00::/8'",
  "__six__:value ISSUBSET 'fd00::/8'",
  "__ip__:value ISSUBSET '::ffff:10.0.0.0/104'",
  "__time__:value > t'2026-01-01T00:00:00Z'",
  "__time__:value = t'2026-01-01T00:00:00.500Z'",
  "__n__:value IN (1, 5)",
  "__n__:value NOT IN (1, 2)",
  "__n__:value NOT IN ()",
  "__s__:value IN ('x', __s__:value)",
  "__d__:value.l[*] = 'x'",
  "__d__:value.l[1] = 2",
  "__d__:value['a b'].c = true",
  "__d__:value.'a b'.c = true",
  "__d__:value.l[*] NOT = 1",
  "EXISTS __empty__:value",
  "NOT EXISTS __null__:value",
  "NOT EXISTS __d__:value.none",
  "EXISTS __d__:value.l",
  "NOT EXISTS __undeclared__:value",
  "__n__:value = 5 OR __n__:value = 6 AND __n__:value = 7",
  "[__n__:value = 5]",
  "((__n__:value = 5))",
  "__n__:value = 5 // why\n AND /* so */ __b__:value = true",
  "__empty__:value = ''",
  "__empty__:value != 0",
];
const no = [
  "__n__:value = 6",
  "__n__:value = 'five'",
  "__n__:value < 'five'",
  "__n__:value >= 'five'",
  "__s__:value = 'IT\\'S A'",
  "__s__:value LIKE 'it'",
  "__b__:value = 1",
  "__null__:value = 'x'",
  "__null__:value != 'x'",
  "__null__:value NOT = 'x'",
  "__null__:value NOT IN ('x')",
  "__null__:value LIKE '%'",
  "__n__:value = __null__:value",
  "__n__:value NOT = __null__:value",
  "__n__:value != __null__:value",
  "__n__:value NOT IN (1, __null__:value)",
  "(__n__:value = 5 OR __n__:value = 6) AND __n__:value = 7",
  "__s__:value ISSUBSET '10.0.0.0/8'",
  "__ip__:value ISSUPERSET '10.0.0.0/8'",
  "EXISTS __null__:value",
  "__n__:value IN ()",
  "__d__:value.l[*] = 'y'",
  "__s__:value.a = 1",
  "__hex__:value = h'ff'",
];

const refused: readonly (readonly [string, RegExp])[] = [
  ["", /the end/],
  ["NOT __n__:value = 5", /NOT stands before EXISTS.*character 1\)/],
  ["__n__:value = 1 FOLLOWEDBY __n__:value = 2", /FOLLOWEDBY.*character 17\)/],
  ["[__n__:value = 1] AND [__n__:value = 2]", /"AND".*the end/],
  ["[__n__:value = 1] WITHIN 5 SECONDS", /WITHIN/],
  ["[__n__:value = 1] REPEATS 5 TIMES", /REPEATS/],
  ["[__n__:value = 1] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'", /START/],
  ["5 = __n__:value", /"5" stands where a variable/],
  ["__n__:value and __n__:value = 1", /has to be written AND|operator/],
  ["__n__:value = 1 and __n__:value = 1", /has to be written AND/],
  ["__n__ = 1", /write __n__:value/],
  ["__n__:value = 01", /begin with 0/],
  ["__n__:value = 9223372036854775808", /64 bits/],
  ["__n__:value = 'a", /no closing/],
  ["__n__:value = 'a\\n'", /backslash.*character 17\)/],
  ["__n__:value = h'f'", /hexadecimal/],
  ["__n__:value = b'a'", /base64/],
  ["__n__:value = t'2026-02-30T00:00:00Z'", /timestamp/],
  ["__n__:value < true", /no order/],
  ["__n__:value LIKE 5", /LIKE takes a string/],
  ["__n__:value MATCHES '(?=a)'", /look-ahead/],
  ["__n__:value MATCHES '(a)\\\\1'", /backreference/],
  ["__n__:value MATCHES '('", /does not compile/],
  ["__n__:value ISSUBSET 'home'", /address or a network/],
  ["__n__:value IN 5", /values of IN/],
  ["__n__:value IN (1,)", /a value/],
  ["__n__:value = 1)", /AND, OR or the end/],
  ["(__n__:value = 1", /the end/],
  ["ipv4-addr:value = '1.1.1.1'", /a variable/],
  ["__n__:value ~ 1", /nothing of STIX/],
  [`${"(".repeat(65)}__n__:value = 1${")".repeat(65)}`, /64 parentheses/],
  [`__n__:value IN (${"1,".repeat(501)}1)`, /at most 500/],
  ["x".repeat(4_097), /at most 4096/],
];

describe("conditions", () => {
  for (const text of yes) it(`are true: ${text}`, () => assert.equal(isTrue(text), true));
  for (const text of no) it(`are false: ${text}`, () => assert.equal(isTrue(text), false));
  for (const [text, message] of refused) {
    it(`are refused with the place: ${text.slice(0, 60)}`, () => {
      assert.throws(
        () => parseCondition(text),
        (error) =>
          error instanceof CacaoSyntaxError && message.test(error.message) && error.at >= 0 && error.at <= text.length,
      );
    });
  }

  it("fail when a variable holds no pattern", () => {
    assert.throws(() => isTrue("__s__:value MATCHES __pattern__:value"), { code: "invalid-pattern" });
  });

  it("that are random tokens are parsed or refused, and never anything else", () => {
    const token = fc.constantFrom(
      "__n__:value",
      "__d__:value.l[*]",
      "AND",
      "OR",
      "NOT",
      "EXISTS",
      "IN",
      "LIKE",
      "MATCHES",
      "(",
      ")",
      "[",
      "]",
      ",",
      "=",
      "!=",
      "<",
      "'a'",
      "1",
      "1.5",
      "true",
      "h'00'",
      "t'x'",
      "//",
      "__x__",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        try {
          assert.equal(typeof isTrue(tokens.join(" ")), "boolean");
        } catch (error) {
          assert.ok(error instanceof CacaoSyntaxError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("take no long time with hostile values", () => {
    const long = scopeOf([declared("__v__", "string", "1".repeat(64 * 1024 - 1) + "x")]);
    for (const text of [
      "__v__:value = 5",
      "__v__:value < 5.5",
      "__v__:value = h'00'",
      "__v__:value MATCHES '(1+)+$'",
      "__v__:value LIKE '%1%1%1%1%y'",
    ]) {
      assert.equal(
        evaluate(parseCondition(text), (reference) => long.values(reference)),
        false,
        text,
      );
    }
  }).timeout(10_000);
});
