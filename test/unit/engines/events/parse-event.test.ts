import assert from "node:assert/strict";
import {
  eventBounds,
  EventError,
  parseEvent,
  parseEventText,
  type EventErrorCode,
} from "../../../../src/engines/events/index.ts";

const defaults = { id: () => "made", source: "edr" };
const minimal = { kind: "mining", data: {} };

const refuses = (input: unknown, code: EventErrorCode, at: string): void => {
  assert.throws(
    () => parseEvent(input, defaults),
    (error) => {
      assert.ok(error instanceof EventError, String(error));
      assert.deepEqual([error.code, error.at], [code, at], error.message);
      return true;
    },
  );
};
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe("parsing an event", () => {
  it("takes all that an event may say", () => {
    const data = { user: { name: "root", ids: [1, 2.5, null, true] } };
    const event = parseEvent(
      { id: "a-1", source: "fw.1", kind: "ransomware", logsource: { product: "Windows" }, occurredAtMs: 5.5, data },
      defaults,
    );
    const logsource = { product: "windows" };
    assert.deepEqual(event, { id: "a-1", source: "fw.1", kind: "ransomware", logsource, occurredAtMs: 5.5, data });
    assert.notEqual(event.data["user"], data.user, "the copy shares what was sent");
  });

  it("fills in what the door knows, and leaves out what nobody says", () => {
    assert.deepEqual(parseEvent({ ...minimal, logsource: {} }, defaults), { id: "made", source: "edr", ...minimal });
    const known = { ...defaults, kind: "alert", logsource: { service: "sshd" } };
    const event = parseEvent({ data: { gone: undefined, kept: 1 } }, known);
    assert.deepEqual(event, {
      id: "made",
      source: "edr",
      kind: "alert",
      logsource: { service: "sshd" },
      data: { kept: 1 },
    });
  });

  it("reads a moment with its zone", () => {
    const at = (time: string): number | undefined => parseEvent({ ...minimal, time }, defaults).occurredAtMs;
    assert.equal(at("2026-05-01T12:00:00.250987+02:00"), Date.UTC(2026, 4, 1, 10, 0, 0, 250));
    assert.equal(at("2024-02-29t23:59:60Z"), Date.UTC(2024, 2, 1));
    for (const wrong of [
      "2026-05-01T12:00:00",
      "2026-02-29T12:00:00Z",
      "2026-05-01T24:00:00Z",
      "1969-12-31T23:59:59Z",
      "now",
    ]) {
      refuses({ ...minimal, time: wrong }, "invalid-event", "time");
    }
    refuses({ ...minimal, time: 5 }, "invalid-event", "time");
    refuses({ ...minimal, time: "2026-05-01T12:00:00Z", occurredAtMs: 5 }, "invalid-event", "time");
  });

  it("names the place of what is wrong", () => {
    for (const input of [undefined, null, 7, "text", [], () => 1]) refuses(input, "invalid-event", "");
    refuses({ ...minimal, severity: 1 }, "invalid-event", "");
    refuses({ ...minimal, id: "two words" }, "invalid-event", "id");
    refuses({ ...minimal, id: 7 }, "invalid-event", "id");
    refuses({ ...minimal, id: "x".repeat(121) }, "invalid-event", "id");
    refuses({ ...minimal, source: "Ä" }, "invalid-event", "source");
    refuses({ data: {} }, "invalid-event", "kind");
    refuses({ ...minimal, kind: "Mining" }, "invalid-event", "kind");
    refuses({ ...minimal, logsource: "windows" }, "invalid-event", "logsource");
    refuses({ ...minimal, logsource: { definition: "x" } }, "invalid-event", "logsource");
    refuses({ ...minimal, logsource: { product: "" } }, "invalid-event", "logsource.product");
    for (const wrong of [-1, NaN, Infinity, "5", 1e20])
      refuses({ ...minimal, occurredAtMs: wrong }, "invalid-event", "occurredAtMs");
    for (const wrong of [undefined, null, [], "x", new Date(0)])
      refuses({ kind: "a", data: wrong }, "invalid-event", "data");
    for (const wrong of [NaN, 1n, () => 1, Symbol("x"), new Map(), Buffer.from("x")]) {
      refuses({ kind: "a", data: { list: [{ wrong }] } }, "invalid-event", "data.list[0].wrong");
    }
  });

  it("bounds size, depth and number", () => {
    refuses({ kind: "a", data: { text: "x".repeat(eventBounds.bytes + 1) } }, "too-large", "data.text");
    // Fewer characters than bytes are left for, until they are written as JSON.
    refuses({ kind: "a", data: { text: "\u0001".repeat(eventBounds.bytes / 4) } }, "too-large", "");
    refuses(
      { kind: "a", data: { list: Array.from({ length: eventBounds.values }, () => 0) } },
      "too-large",
      "data.list[4999]",
    );
    assert.ok(parseEvent({ kind: "a", data: { list: nested(eventBounds.depth - 1) } }, defaults));
    refuses({ kind: "a", data: { list: nested(eventBounds.depth) } }, "too-large", `data.list${"[0]".repeat(31)}`);
    const endless: Record<string, unknown> = {};
    endless["self"] = endless;
    assert.throws(() => parseEvent({ kind: "a", data: endless }, defaults), { code: "too-large" });
  });

  it("keeps keys that could change what objects inherit, harmlessly", () => {
    const text =
      '{"kind":"a","data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":1}}}';
    const { data } = parseEventText(text, defaults);
    assert.deepEqual(Object.keys(data), ["[__proto__]", "constructor", "a"]);
    assert.equal(Object.getPrototypeOf(data), Object.prototype);
    const careless = Object.assign({}, data) as { polluted?: unknown };
    assert.equal(careless.polluted, undefined);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.throws(() => parseEventText('{"__proto__":{"kind":"a"},"data":{}}', defaults), { code: "invalid-event" });
  });

  it("makes text that UTF-8 can hold", () => {
    assert.deepEqual(parseEvent({ kind: "a", data: { "k\ud800": "\udc00😀" } }, defaults).data, {
      "k\ufffd": "\ufffd😀",
    });
  });

  it("refuses 10 MB without reading them", () => {
    // That this is no JSON is not seen.
    assert.throws(() => parseEventText("x".repeat(10_000_000), defaults), { code: "too-large" });
    assert.throws(() => parseEventText("[".repeat(200_000), defaults), { code: "invalid-event" });
  });
});
