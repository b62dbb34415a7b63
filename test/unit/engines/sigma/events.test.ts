import assert from "node:assert/strict";
import { compileDetection, DetectionIndex, EventView, parseLogsource } from "../../../../src/engines/sigma/index.ts";
import type { EventData, Logsource } from "../../../../src/engines/events/index.ts";
import { eventOf } from "../../../support/sigma/event-of.ts";

const none = (): readonly [] => [];
const read = (
  data: EventData,
  field: string,
  names: (field: string) => readonly (readonly string[])[] = none,
): unknown => {
  const { present, leaves } = new EventView(eventOf(data), names).field(field);
  return present ? leaves.map(({ value }) => value) : undefined;
};

const sysmon = (id: number): EventData => ({
  Event: { System: { Channel: "Microsoft-Windows-Sysmon/Operational", EventID: id }, EventData: { Image: "x" } },
});

describe("fields of an event, as Sigma's rules name them", () => {
  it("stand under their names, nested or as one key with dots", () => {
    assert.deepEqual(read({ Image: "a" }, "Image"), ["a"]);
    assert.deepEqual(read({ process: { executable: "a" } }, "process.executable"), ["a"]);
    assert.deepEqual(read({ "process.executable": "a" }, "process.executable"), ["a"]);
    assert.deepEqual(read({ a: { "b.c": { d: "x" } } }, "a.b.c.d"), ["x"]);
    assert.deepEqual(read({ "a.b": { x: 1 }, a: { b: { c: 2 } } }, "a.b.c"), [2]);
    assert.equal(read({ image: "a" }, "Image"), undefined);
  });

  it("are all of those in an array of objects", () => {
    assert.deepEqual(read({ answers: [{ ip: "1" }, {}, { ip: ["2", "3"] }] }, "answers.ip"), ["1", "2", "3"]);
    assert.equal(read({ answers: [{}, 5] }, "answers.ip"), undefined);
  });

  it("are there when they are null or an object, which has no value of its own", () => {
    assert.deepEqual(read({ a: null }, "a"), [null]);
    assert.deepEqual(read({ a: { b: 1 } }, "a"), []);
    assert.deepEqual(read({ a: [] }, "a"), [null]);
  });

  it("are found in records of Windows' event log, with attributes and texts of elements", () => {
    const data = {
      Event: {
        System: {
          EventID: { "#attributes": { Qualifiers: 16384 }, "#text": 7045 },
          Provider: { "#attributes": { Name: "Service Control Manager" } },
          Execution_attributes: { ProcessID: 4 },
          Channel: "System",
        },
        EventData: { ServiceName: "evil", Data: { "#text": ["one", "two"] } },
        UserData: { LogFileCleared: { SubjectUserName: "root" } },
      },
    };
    assert.deepEqual(read(data, "EventID"), [7045]);
    assert.deepEqual(read(data, "Provider_Name"), ["Service Control Manager"]);
    assert.deepEqual(read(data, "Execution_ProcessID"), [4]);
    assert.deepEqual(read(data, "ServiceName"), ["evil"]);
    assert.deepEqual(read(data, "Data"), ["one", "two"]);
    assert.deepEqual(read(data, "SubjectUserName"), ["root"]);
    assert.deepEqual(read(data, "Event.EventData.ServiceName"), ["evil"]);
  });

  it("are found by the mapping where they are not under their own name", () => {
    const names = (field: string): readonly (readonly string[])[] =>
      field === "Image" ? [["process", "executable"], ["NewProcessName"]] : [];
    assert.deepEqual(read({ process: { executable: "a" }, NewProcessName: "b" }, "Image", names), ["a"]);
    assert.deepEqual(read({ "process.executable": "a" }, "Image", names), ["a"]);
    assert.deepEqual(read({ Event: { EventData: { NewProcessName: "b" } } }, "Image", names), ["b"]);
    assert.deepEqual(read({ Image: "own", NewProcessName: "b" }, "Image", names), ["own"]);
  });

  it("are never what objects inherit", () => {
    for (const field of ["__proto__", "constructor", "toString", "a.__proto__", "a.constructor.name", "a.length"]) {
      assert.equal(read({ a: { b: "x" } }, field), undefined, field);
    }
    const data = JSON.parse('{"__proto__": {"polluted": "yes"}, "Event": {"__proto__": {"System": 1}}}') as EventData;
    assert.equal(read(data, "polluted"), undefined);
    assert.deepEqual(read(data, "__proto__.polluted"), ["yes"], "an own key is a field like any other");
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });
});

describe("logsources", () => {
  const matches = (wanted: Logsource, data: EventData, logsource?: Logsource): boolean => {
    const detection = compileDetection({ always: { "Nowhere|exists": false }, condition: "always" }, { at: "" });
    return new DetectionIndex([{ detection, logsource: wanted, value: 1 }]).match(eventOf(data, logsource)).length > 0;
  };

  it("exclude what contradicts them, not what is not known", () => {
    const wanted = { product: "windows", category: "process_creation" };
    assert.ok(matches(wanted, {}));
    assert.ok(matches(wanted, {}, { product: "windows" }));
    assert.ok(!matches(wanted, {}, { product: "linux" }));
    assert.ok(!matches(wanted, {}, { product: "windows", category: "file_event" }));
    assert.ok(matches({ service: "sshd" }, {}, { product: "linux" }));
  });

  it("of records of Windows' event log follow from channel, provider and event id", () => {
    assert.ok(matches({ product: "windows", category: "process_creation" }, sysmon(1)));
    assert.ok(!matches({ product: "windows", category: "process_creation" }, sysmon(11)));
    assert.ok(matches({ category: "registry_event" }, sysmon(13)));
    assert.ok(matches({ category: "registry_set" }, sysmon(13)));
    assert.ok(!matches({ category: "registry_delete" }, sysmon(13)));
    assert.ok(matches({ service: "sysmon" }, sysmon(16)));
    assert.ok(!matches({ service: "security" }, sysmon(16)));
    assert.ok(!matches({ product: "linux" }, sysmon(1)));
    assert.ok(matches({ category: "process_creation" }, { Channel: "Security", EventID: "4688" }));
    assert.ok(!matches({ category: "process_creation" }, { Channel: "Security", EventID: 4648 }));
    assert.ok(
      matches({ service: "sysmon" }, { Event: { System: { Provider: { "#attributes": { Name: "Linux-Sysmon" } } } } }),
    );
    assert.ok(matches({ service: "anything", product: "windows" }, { Channel: "Some-Vendor/Operational", EventID: 1 }));
  });

  it("that the event says itself count before those that follow", () => {
    assert.ok(matches({ category: "custom" }, sysmon(1), { category: "custom" }));
    assert.ok(!matches({ category: "process_creation" }, sysmon(1), { category: "custom" }));
  });

  it("are read with any further keys, in lower case", () => {
    assert.deepEqual(parseLogsource({ product: "Windows", definition: "see there", custom: 1 }, "logsource"), {
      product: "windows",
    });
    for (const source of [null, [], "x", {}, { definition: "x" }, { product: 5 }, { category: "" }]) {
      assert.throws(() => parseLogsource(source, "logsource"), { code: "invalid-rule" });
    }
  });
});
