import assert from "node:assert/strict";
import fc from "fast-check";
import { asError } from "../../../../../src/base/errors.ts";
import type { Json } from "../../../../../src/base/json.ts";
import { PlaybookError } from "../../../../../src/engines/playbook/errors.ts";
import { parseFromChild } from "../../../../../src/engines/playbook/protocol/from-child.ts";
import type { FromChild } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { checkValue } from "../../../../../src/engines/playbook/protocol/values.ts";

const nested = (depth: number): Json => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as Json;

const said: readonly FromChild[] = [
  { type: "ready" },
  {
    type: "started",
    steps: [{ n: 1, name: "block", input: { ip: "192.0.2.1" }, by: "thread", idempotent: false, heard: 0 }],
  },
  {
    type: "ended",
    ends: [
      { n: 1, result: { state: "done", output: null } },
      { n: 2, result: { state: "failed", error: { code: "died", message: "its thread died" } } },
    ],
  },
  { type: "run", n: 1 },
  { type: "abort", n: 1 },
  { type: "waits", untilMs: 1_700_000_000_000 },
  { type: "logged", lines: [{ atMs: 1, level: "warn", text: "x" }] },
  { type: "stalled", forMs: 10 },
  { type: "done", output: nested(64) },
  { type: "skipped", filter: "mining" },
  { type: "failed", reason: "threw", message: "" },
];

describe("what the process of a run says", () => {
  it("is taken when it is what such a process says", () => {
    for (const message of said) assert.deepEqual(parseFromChild(message), message);
  });

  const refused: Readonly<Record<string, object>> = {
    "of a type that there is not": { type: "kept" },
    "without an output": { type: "done" },
    "with an output that is too deep for a stack": { type: "done", output: nested(1_000_000) },
    "with an output beyond 64 KiB": { type: "done", output: "x".repeat(65_535) },
    "with more than belongs to it": { type: "ready", more: 1 },
    "with a step beyond the bound": { type: "ended", ends: [{ n: 10_001, result: { state: "done", output: 1 } }] },
    "with no step": { type: "started", steps: [] },
    "with a time that no date has": { type: "logged", lines: [{ atMs: 1e300, level: "info", text: "" }] },
    "of what only its node knows": { type: "failed", reason: "crashed", message: "" },
    "with a step by nobody that there is": {
      type: "started",
      steps: [{ n: 1, name: "block", input: null, by: "admin", idempotent: false, heard: 0 }],
    },
    "with a time to wait for that no date has": { type: "waits", untilMs: 8.65e15 },
  };
  for (const [what, message] of Object.entries(refused)) {
    it(`is refused ${what}`, () => {
      assert.throws(
        () => parseFromChild(message),
        (error) => error instanceof PlaybookError && error.code === "protocol",
      );
    });
  }

  it("is refused in few words, whatever names it has", () => {
    assert.throws(
      () => parseFromChild({ type: "ready", ["\u001b[2J".repeat(500_000)]: 1 }),
      (error) => {
        const { message } = asError(error);
        // Compared here, so that a failure does not print megabytes.
        assert.ok(message.length < 500, `${message.length} characters`);
        assert.equal(message.includes("\u001b"), false);
        return true;
      },
    );
  });

  it("is refused or taken, and nothing else, whatever it is", () => {
    fc.assert(
      fc.property(fc.constantFrom(...said), fc.string(), fc.jsonValue(), (message, key, value) => {
        const changed = Object.fromEntries([...Object.entries(message), [key, value]]);
        for (const given of [changed, { type: message.type, steps: value, ends: value, lines: value }]) {
          try {
            parseFromChild(given);
          } catch (error) {
            assert.ok(error instanceof PlaybookError && error.code === "protocol");
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a value of a playbook", () => {
  it("is kept as JSON has it", () => {
    assert.deepEqual(checkValue(undefined), { value: null });
    assert.deepEqual(checkValue({ at: new Date(0), gone: undefined }), { value: { at: "1970-01-01T00:00:00.000Z" } });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        assert.deepEqual(checkValue(value), { value: JSON.parse(JSON.stringify(value)) as unknown });
      }),
      { numRuns: 100 },
    );
  });

  it("keeps a key that would change what objects are as a key like any other", () => {
    const given = JSON.parse('{"__proto__": {"polluted": true}}') as unknown;
    const checked = checkValue(given);
    assert.ok("value" in checked);
    assert.deepEqual(Object.keys(checked.value as object), ["__proto__"]);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  const circle: unknown[] = [];
  circle.push(circle);
  const refused: readonly (readonly [string, unknown, "not-json" | "too-large"])[] = [
    ["a circle", circle, "not-json"],
    ["a big integer", 1n, "not-json"],
    ["a function inside", { run: () => 1 }, "not-json"],
    ["no number", [Number.NaN], "not-json"],
    ["a symbol", Symbol("x"), "not-json"],
    ["what throws when it is looked at", { toJSON: () => assert.fail("no") }, "not-json"],
    ["more than 64 KiB", "ä".repeat(32_768), "too-large"],
    ["65 levels", nested(66), "too-large"],
    ["a million levels", nested(1_000_000), "too-large"],
  ];
  for (const [what, value, code] of refused) {
    it(`is refused when it is ${what}`, () => {
      const checked = checkValue(value);
      assert.ok("problem" in checked);
      assert.equal(checked.problem.code, code, checked.problem.message);
    });
  }
});
