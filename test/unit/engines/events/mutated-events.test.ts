import assert from "node:assert/strict";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import {
  eventBounds,
  EventError,
  eventIdShape,
  kindShape,
  parseEventText,
  syslogEvent,
  type SecurityEvent,
} from "../../../../src/engines/events/index.ts";

const defaults = { id: () => "made", source: "edr", kind: "alert" };

const eventTexts = [
  '{"id":"a-1","source":"fw","kind":"ransomware","logsource":{"category":"process_creation","product":"windows"},"occurredAtMs":1777629600250,"data":{"process":{"executable":"C:\\\\a.exe","pid":7,"args":["-e",null,true,1.5]},"__proto__":{"x":1}}}',
  '{"kind":"mining","time":"2026-05-01T12:00:00.250+02:00","data":{"a":{"b":{"c":[[[{"d":"\\ud83d\\ude00"}]]]}}}}',
  '{"kind":"a","data":{"constructor":{"prototype":{"polluted":true}},"toString":"x","hasOwnProperty":1,"":""}}',
];
const syslogTexts = [
  '<165>1 2003-10-11T22:14:15.003Z m.example evntslog 77 ID47 [a@1 iut="3" s="App\\"l\\]i"][b c="1"] \uFEFFAn event',
  "<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed for lonvick on /dev/pts/8",
  "<134>Feb 14 19:04:54 host CEF:0|Se\\|cu|manager|1.0|100|worm|10|src=10.0.0.1 act=blocked a \\= cs1Label=Rule Name cs1=r one __proto__=x rt=1777629600250",
];
const pieces = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "\\",
  "|",
  "=",
  "<",
  ">",
  " ",
  "\n",
  "\0",
  "-",
  "null",
  "1e999",
  "__proto__",
  "\ud800",
  "é",
  "CEF:0|",
  "[".repeat(50),
  '{"a":'.repeat(50),
  "x".repeat(20_000),
];

/** One to six changes: a piece put in, left out, doubled or swapped. */
const mutated = (text: string, random: Random): string => {
  let result = text;
  for (let left = 1 + random.below(6); left > 0; left -= 1) {
    const at = random.below(result.length + 1);
    const end = Math.min(result.length, at + 1 + random.below(12));
    const piece = pieces[random.below(pieces.length)] ?? "";
    const middle = [piece, "", result.slice(at, end).repeat(2), piece + result.slice(at, end)][random.below(4)] ?? "";
    result = result.slice(0, at) + middle + result.slice(end);
  }
  return result;
};

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

const isSound = (event: SecurityEvent): void => {
  assert.match(event.id, eventIdShape);
  assert.match(event.kind, kindShape);
  assert.ok(Buffer.byteLength(JSON.stringify(event)) <= eventBounds.bytes);
  assert.ok(depthOf(event.data) <= eventBounds.depth);
  assert.deepEqual(JSON.parse(JSON.stringify(event)), event, "it is not what JSON keeps");
};

const outcomes = (texts: readonly string[], count: number, parse: (text: string) => SecurityEvent) => {
  const random = seededRandom(7);
  const before = Object.getOwnPropertyNames(Object.prototype);
  const seen = { taken: 0, refused: 0 };
  for (let at = 0; at < count; at += 1) {
    const text = mutated(texts[at % texts.length] ?? "", random);
    try {
      isSound(parse(text));
      seen.taken += 1;
    } catch (error) {
      if (!(error instanceof EventError)) throw new Error(`seed 7, ${at}: ${JSON.stringify(text)}`, { cause: error });
      seen.refused += 1;
    }
  }
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
  return seen;
};

describe("mutated events", () => {
  it("are taken or refused, never a crash: 5,000 of JSON", () => {
    const { taken, refused } = outcomes(eventTexts, 5_000, (text) => parseEventText(text, defaults));
    assert.ok(taken > 200 && refused > 2_000, JSON.stringify({ taken, refused }));
  });

  it("are events all the same: 5,000 messages of syslog", () => {
    const { taken, refused } = outcomes(syslogTexts, 5_000, (text) => syslogEvent(text, "127.0.0.1", defaults));
    assert.ok(taken > 4_000, JSON.stringify({ taken, refused }));
  });

  it("take no long time, however they are made", () => {
    const long = 32_000;
    const texts = [
      `<1>1 - - - - - [a${" ".repeat(long)}`,
      `<1>1 - - - - - [a b="${"\\".repeat(long)}`,
      `<1>1 - - - - - ${"[a]".repeat(long / 3)}`,
      `<1>1 - - - - - [a ${'a="" '.repeat(long / 5)}]`,
      `<1>Oct 11 22:14:15${" ".repeat(long)}`,
      `<1>${"a.".repeat(long / 2)}`,
      `CEF:0|${"\\|".repeat(long / 2)}`,
      `CEF:0|a|b|c|d|e|f|${"a ".repeat(long / 2)}`,
      `CEF:0|a|b|c|d|e|f|${"a= ".repeat(long / 3)}`,
      `CEF:0|a|b|c|d|e|f|${`${"a".repeat(199)} `.repeat(long / 200)}`,
      `CEF:0|a|b|c|d|e|f|a=${" ".repeat(long)}b`,
      `CEF:0|a|b|c|d|e|f|rt=${"May ".repeat(long / 4)}`,
    ];
    for (const text of texts) {
      const beganMs = performance.now();
      try {
        isSound(syslogEvent(text, "127.0.0.1", defaults));
      } catch (error) {
        assert.ok(error instanceof EventError, String(error));
      }
      const ms = performance.now() - beganMs;
      assert.ok(ms < 1_000, `${ms} ms for ${text.slice(0, 40)}`);
    }
  });
});
