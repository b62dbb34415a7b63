import assert from "node:assert/strict";
import fc from "fast-check";
import { compileExpression, DslError } from "../../../../../src/engines/scan/dsl/expression.ts";
import { dslHelpers } from "../../../../../src/engines/scan/dsl/helpers/table.ts";
import { splitText } from "../../../../../src/engines/scan/dsl/split-text.ts";
import { Variables } from "../../../../../src/engines/scan/value/scope.ts";
import type { Value } from "../../../../../src/engines/scan/value/value.ts";
import { setup } from "./sample.ts";

const mostMs = 1_000;

const helpers = Object.entries(dslHelpers)
  .filter(([name, { supported }]) => supported && name !== "wait_for")
  .map(([name]) => name);

const operators = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "==",
  "!=",
  "<",
  ">=",
  "&&",
  "||",
  "??",
  "?",
  ":",
  "=~",
  "!~",
  "in",
  "<<",
  "|",
];

const leaf = fc.oneof(
  fc.constantFrom(
    "a",
    "list",
    "map",
    "nothing",
    "integer",
    "missing",
    "true",
    "1",
    "0",
    "1e",
    "0.5",
    "999999999",
    "-1",
    "()",
  ),
  fc.string().map((text) => `'${text.replaceAll(/['\\]/g, "\\$&")}'`),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.tuple(tie("expression"), fc.constantFrom(...operators), tie("expression")).map((parts) => parts.join(" ")),
    fc
      .tuple(fc.constantFrom(...helpers), fc.array(tie("expression"), { maxLength: 4 }))
      .map(([name, args]) => `${name}(${args.join(", ")})`),
    tie("expression").map((inner) => `(${inner})`),
    tie("expression").map((inner) => `!(${inner})`),
  ),
}));

const variables: Readonly<Record<string, Value>> = {
  a: "text \xff\xc3\xa9 {{b}}",
  list: ["x", "y"],
  map: { key: 1n },
  nothing: null,
  integer: 7n,
};

const evaluated = async (source: string): Promise<void> => {
  const compiledExpression = compileExpression(source);
  if ("kind" in compiledExpression) return;
  const start = performance.now();
  try {
    await compiledExpression.evaluateAsync(new Variables(undefined, variables), setup());
  } catch (thrown) {
    assert.ok(thrown instanceof DslError, `${source}: ${String(thrown)}`);
  }
  const tookMs = performance.now() - start;
  assert.ok(tookMs < mostMs, `${source}: ${tookMs} ms`);
};

describe("expressions of any kind", () => {
  it("have a value or fail as expressions fail, in bounded time", async () => {
    await fc.assert(fc.asyncProperty(expression, evaluated), { numRuns: 2_000 });
  });

  it("are read or refused whatever the text is", async () => {
    const words = fc.constantFrom(
      "{{",
      "}}",
      "'",
      '"',
      "(",
      ")",
      "[",
      "]",
      "\\",
      "§",
      "md5(",
      "a",
      " ",
      ",",
      "=~",
      "0x",
      ".",
      "é",
      "\ud800",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const pieces = splitText(source);
        if (!("kind" in pieces)) {
          const whole = pieces.map((piece) => (typeof piece === "string" ? piece : piece.marker)).join("");
          assert.equal(whole, source);
        }
        await evaluated(source);
      }),
      { numRuns: 3_000 },
    );
  });

  it("decode what they encode", () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data).toString("latin1"));
    const pairs = [
      "base64_decode(base64(x))",
      "hex_decode(hex_encode(x))",
      "gzip_decode(gzip(x))",
      "zlib_decode(zlib(x))",
      "inflate(deflate(x))",
      "xor(xor(x, reversed), reversed)",
      "join('', split(x, 3))",
    ].map((source) => [source, compileExpression(source)] as const);
    fc.assert(
      fc.property(bytes, (x) => {
        const scope = new Variables(undefined, { x, reversed: Array.from(x).reverse().join("") });
        for (const [source, pair] of pairs) {
          assert.ok(!("kind" in pair));
          assert.equal(pair.evaluate(scope, setup()), x, source);
        }
      }),
      { numRuns: 200 },
    );
  });
});
