import assert from "node:assert/strict";
import fc from "fast-check";
import { yamlDocuments } from "../../../../src/engines/yaml/documents.ts";

const bounds = { chars: 10_000, depth: 16, references: 50, values: 500, documents: 5 };
const read = (text: string) => [...yamlDocuments(text, bounds)];
const problemOf = (text: string) => {
  const last = read(text).at(-1);
  assert.ok(last !== undefined && "problem" in last, `no problem in ${JSON.stringify(last)}`);
  return last;
};

describe("YAML documents", () => {
  it("gives each document as a plain value with its line, and leaves empty ones out", () => {
    assert.deepEqual(read("a: 1\n---\n---\n- x\n- {b: null}\n---\n"), [
      { line: 1, value: { a: 1 } },
      { line: 4, value: ["x", { b: null }] },
    ]);
    assert.deepEqual(read(""), []);
  });

  it("gives an alias the value of the anchor that stands before it", () => {
    assert.deepEqual(read("a: &x [1]\nb: *x\nc: &x 2\nd: *x"), [{ line: 1, value: { a: [1], b: [1], c: 2, d: 2 } }]);
  });

  it("makes keys with a meaning in JavaScript properties like others", () => {
    const [document] = read("__proto__: {polluted: 1}\nconstructor: x");
    assert.ok(document !== undefined && "value" in document && typeof document.value === "object");
    assert.deepEqual(Object.keys(document.value ?? {}), ["__proto__", "constructor"]);
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });

  it("refuses a document with its line and goes on with the next one", () => {
    assert.deepEqual(read("a: 1\na: 2\n---\nb: 1"), [
      { line: 2, problem: 'has the key "a" twice' },
      { line: 4, value: { b: 1 } },
    ]);
    assert.equal(problemOf("? [a]\n: 1").problem, "has a key that is no plain text");
    assert.match(problemOf("a: !!binary aGk=").problem, /tag/);
    assert.equal(problemOf("x: 1\ny: [").line, 2);
  });

  it("refuses what is beyond its bounds: size, depth, anchors, what aliases come to, documents", () => {
    assert.match(problemOf("x".repeat(10_001)).problem, /longer than 10000/);
    assert.match(problemOf("[".repeat(5_000)).problem, /deeper than 16/);
    assert.match(problemOf("- ".repeat(4_000)).problem, /deeper than 16/);
    assert.match(problemOf("a: &a [*a]").problem, /deeper than 16/);
    assert.match(
      problemOf(Array.from({ length: 60 }, (_, at) => `k${at}: &a${at} 1`).join("\n")).problem,
      /more than 50/,
    );
    const laughs = Array.from("bcd").map(
      (name, at) => `${name}: &${name} [${Array(10).fill(`*${"abc"[at]}`).join(",")}]`,
    );
    assert.match(problemOf(["a: &a [lol,lol,lol]", ...laughs].join("\n")).problem, /more than 500 values/);
    assert.match(problemOf("a: 1\n---\n".repeat(6)).problem, /more than 5 documents/);
  });

  it("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "a",
      ": ",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      "&x ",
      "*x ",
      "? ",
      "|",
      ">",
      "'",
      '"',
      "---\n",
      "!!",
      "#",
      "%",
      "\t",
      "\u0000",
      "<<: ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const document of read(pieces.join(""))) assert.ok(document.line >= 1);
      }),
      { numRuns: 1_500 },
    );
  });
});
