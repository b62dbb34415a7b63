import assert from "node:assert/strict";
import {
  causeOfRun,
  causeShape,
  causingEvents,
  loopOf,
  mostLinks,
  type SecurityEvent,
} from "../../../../src/engines/events/index.ts";

const device: SecurityEvent = { id: "a", source: "edr", kind: "login", data: { field: "ip", subject: "192.0.2.7" } };
const own = (id: string, subject: string, cause?: SecurityEvent["cause"]): SecurityEvent => ({
  ...{ id, source: "garrison", kind: "guard-block", data: { field: "ip", subject } },
  ...(cause === undefined ? {} : { cause }),
});

describe("what led to an event", () => {
  it("is the events before it in their order, each with the playbook that answered it", () => {
    const first = own("1", "192.0.2.7", causeOfRun(device, "block-it"));
    const second = own("2", "192.0.2.8", causeOfRun(first, "block-more"));
    assert.deepEqual(causingEvents(device), []);
    assert.deepEqual(causingEvents(second), [
      { event: "edr/a", playbook: "block-it" },
      { event: "garrison/1", playbook: "block-more" },
    ]);
    assert.deepEqual(causeShape.parse(second.cause), second.cause);
  });

  it("ends answers that lead to each other at the depth, whatever they are about", () => {
    let event = device;
    for (let n = 1; n <= 3; n += 1) {
      assert.equal(loopOf(event, "p", 3), undefined, `event ${n}`);
      event = own(`${n}`, `192.0.2.${n}`, causeOfRun(event, "p"));
    }
    assert.equal(loopOf(event, "p", 3), "depth");
    assert.equal(loopOf(event, "another", 3), "depth");
    assert.equal(loopOf(event, "p", 4), undefined);
  });

  it("ends a playbook that answers to itself about the same subject, and no other one", () => {
    const first = own("1", "192.0.2.7", causeOfRun(device, "p"));
    // Of what the device reported nobody knows what it is about.
    assert.equal(loopOf(first, "p", 8), undefined);
    const second = own("2", "192.0.2.7", causeOfRun(first, "p"));
    assert.equal(loopOf(second, "p", 8), "cycle");
    assert.equal(loopOf(second, "xp", 8), undefined);
    assert.equal(loopOf(own("2", "192.0.2.8", second.cause), "p", 8), undefined);
    const account = { ...second, data: { field: "account", subject: "192.0.2.7" } };
    assert.equal(loopOf(account, "p", 8), undefined);
  });

  it("is never longer than its bound", () => {
    let event = device;
    for (let n = 0; n < mostLinks + 5; n += 1)
      event = own("i".repeat(120), "s".repeat(256), causeOfRun(event, "p".repeat(63)));
    assert.equal(event.cause?.chain.length, mostLinks);
    assert.deepEqual(causeShape.parse(event.cause), event.cause);
    assert.equal(loopOf(event, "p", mostLinks), "depth");
  });
});
