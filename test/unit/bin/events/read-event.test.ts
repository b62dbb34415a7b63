import assert from "node:assert/strict";
import { readEvent, type ReadEvent } from "../../../../src/bin/calls/events/read-event.ts";

const read = (text: string | Uint8Array | undefined, defaults: { source?: string; kind?: string } = {}): ReadEvent =>
  readEvent(
    { line: 7, bytes: text === undefined ? undefined : Buffer.from(text as string) },
    { id: () => "made", ...defaults },
  );

const eventOf = (text: string, defaults?: { source?: string; kind?: string }): unknown => {
  const one = read(text, defaults);
  assert.ok("event" in one, JSON.stringify(one));
  assert.equal(one.line, 7);
  return one.event;
};

const problemOf = (text: string | Uint8Array | undefined, defaults?: { kind?: string }): string => {
  const one = read(text, defaults);
  assert.ok("problem" in one, JSON.stringify(one));
  assert.equal(one.line, 7);
  return one.problem.message;
};

describe("an event of a file", () => {
  it("is taken as it says, and flags fill in what it does not say", () => {
    const full = { id: "e1", source: "edr", kind: "mining", logsource: { product: "linux" }, data: { a: 1 } };
    assert.deepEqual(eventOf(JSON.stringify(full), { source: "other", kind: "other" }), full);
    assert.deepEqual(eventOf('{"data":{}}', { source: "edr", kind: "mining" }), {
      ...{ id: "made", source: "edr", kind: "mining", data: {} },
    });
  });

  it("has no source when nobody gives one: the node knows who calls", () => {
    assert.deepEqual(eventOf('{"kind":"mining","data":{}}'), { id: "made", kind: "mining", data: {} });
  });

  it("of a device, such as ECS or a Windows log, is the data of an event, with its time", () => {
    const ecs = { "@timestamp": "2026-05-01T12:00:00Z", event: { category: ["process"] }, source: { ip: "10.0.0.1" } };
    assert.deepEqual(eventOf(JSON.stringify(ecs), { kind: "ransomware" }), {
      ...{ id: "made", kind: "ransomware", occurredAtMs: Date.UTC(2026, 4, 1, 12), data: ecs },
    });
    const windows = { Event: { System: { EventID: 1 } } };
    assert.deepEqual(eventOf(JSON.stringify(windows), { kind: "x" }), { id: "made", kind: "x", data: windows });
  });

  it("of CEF is one too, alone or in syslog", () => {
    const cef = "CEF:0|Vendor|IDS|1|100|Port scan|7|src=10.0.0.1 dpt=22";
    const plain = eventOf(cef, { kind: "network-attack" }) as { readonly data: Readonly<Record<string, unknown>> };
    assert.equal(plain.data["deviceVendor"], "Vendor");
    assert.equal(plain.data["dpt"], 22);
    assert.deepEqual(eventOf(`<134>Oct 11 22:14:15 host ${cef}`, { kind: "network-attack" }), plain);
  });

  it("that is none is a problem with its place, and none of its values in it", () => {
    assert.match(problemOf("hello world", { kind: "x" }), /neither a JSON object nor CEF/);
    assert.match(problemOf('{"secret":'), /^is not JSON$/);
    assert.match(problemOf(Uint8Array.of(0x7b, 0xff)), /is not UTF-8/);
    assert.match(problemOf(undefined), /at most 65536 bytes/);
    assert.match(problemOf('{"data":{}}'), /^kind: is missing/);
    assert.match(problemOf('{"kind":"mining"}'), /^data: /);
    assert.match(problemOf('{"kind":"mining","data":{},"sauce":1}'), /"sauce" is unknown here/);
    assert.match(
      problemOf(`{"kind":"mining","data":{"a":"${"x".repeat(70_000)}"}}`),
      /^data\.a: .*at most 65536 bytes/,
    );
  });
});
