import assert from "node:assert/strict";
import fc from "fast-check";
import { EventError, parseEventText } from "../../../../src/engines/events/index.ts";
import { DetectionIndex, parseSigmaRules } from "../../../../src/engines/sigma/index.ts";
import { processEvent, processRules } from "../../../support/sigma/process-rules.ts";

/** What rules, events, YAML, JSON and regular expressions stumble over. */
const snippets = [
  "x",
  "|",
  "||",
  "|re: ",
  "|contains",
  "*",
  "\\",
  "((((",
  "(a+)+$",
  "(?=a)",
  "a{1000}",
  "[",
  "]",
  "{",
  "}",
  ": ",
  "- ",
  "&a ",
  "*a",
  "<<: *a",
  "---\n",
  "__proto__",
  "constructor",
  "null",
  "-1",
  "1e999",
  "9".repeat(40),
  "\0",
  "\ud800",
  "\u{1f600}",
  "\u202e",
  " and not ",
  " or (",
  "1 of *",
  "all of them",
  "\n",
  "\t",
  '"',
  "'",
];

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(4),
    put: fc.oneof(fc.constantFrom(...snippets), fc.constant("")),
  }),
  { minLength: 1, maxLength: 3 },
);

const edited = (text: string, changes: readonly Edit[]): string =>
  changes.reduce((whole, { at, cut, put }) => {
    const place = Math.floor(at * whole.length);
    return whole.slice(0, place) + put + whole.slice(place + cut);
  }, text);

const ruleTexts = processRules(40);
const mostMs = 2_000;

describe("mutated Sigma rules and events", function () {
  this.timeout(60_000);

  it("never crash or hang the engine, and what is refused says where", () => {
    let slowest = 0;
    let usable = 0;
    fc.assert(
      fc.property(fc.nat(ruleTexts.length - 1), edits, fc.nat(), edits, (which, ruleEdits, seed, eventEdits) => {
        const started = performance.now();
        const { rules, problems } = parseSigmaRules(edited(ruleTexts[which] ?? "", ruleEdits), "mutated.yml");
        for (const { file, line, message } of problems) {
          assert.equal(file, "mutated.yml");
          assert.ok(line >= 1 && message.length > 0 && message.length < 500, message);
        }
        usable += rules.length;
        const index = new DetectionIndex(rules.map((rule) => ({ ...rule, value: rule.title })));
        try {
          const text = JSON.stringify({ kind: "x", source: "s", data: processEvent(seed) });
          index.match(parseEventText(edited(text, eventEdits), { id: () => "e" }));
        } catch (thrown) {
          assert.ok(thrown instanceof EventError, String(thrown));
        }
        index.match({ id: "e", source: "s", kind: "k", data: processEvent(seed) });
        slowest = Math.max(slowest, performance.now() - started);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(usable > 50, `only ${usable} mutated rules were usable`);
    assert.ok(slowest < mostMs, `one took ${slowest} ms`);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
});
