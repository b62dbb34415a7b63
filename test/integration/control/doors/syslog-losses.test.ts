import assert from "node:assert/strict";
import { until } from "../../../support/until.ts";
import { KeptEvents } from "./kept-events.ts";
import { line, RunningSyslogDoor } from "./running-syslog-door.ts";

describe("what the syslog door loses, and counts", () => {
  let at: RunningSyslogDoor;
  afterEach(() => at.stop());

  it("makes streams wait while the store is full, and loses nothing of them; of datagrams it counts what it drops", async () => {
    at = await RunningSyslogDoor.start({ limits: { pending: 100 } });
    at.sink.failure = KeptEvents.full;
    const socket = await at.tcp();
    const count = 20_000;
    const text = Array.from({ length: count }, (_, at) => `${line(`${at} ${"x".repeat(200)}`)}\n`).join("");
    let sent = false;
    socket.end(text, () => (sent = true));
    await until(
      () => at.log.of("events that came by syslog wait for the store").length === 1,
      () => at.log.lines,
    );
    const datagrams = at.udp();
    await until(async () => {
      await at.send(datagrams, line("dropped"));
      return (await at.counted("udp full")) > 0;
    }, at.outcomes);
    assert.equal(sent, false, "the sender was not made to wait");
    at.sink.failure = undefined;
    await at.reaches("tcp stored", count);
    assert.equal(new Set(at.messages.filter((one) => one !== "dropped")).size, count);
    assert.ok(Math.max(...at.sink.calls) <= 500);
    assert.equal(at.log.of("events that came by syslog wait for the store").length, 1);
  });

  it("counts every datagram that was sent: stored, or dropped by the machine", async () => {
    at = await RunningSyslogDoor.start({ limits: { receiveBufferBytes: 4_096 } });
    const socket = at.udp();
    const count = 3_000;
    await Promise.all(Array.from({ length: count }, (_, index) => at.send(socket, line(`${index}`))));
    await until(async () => {
      const { "udp stored": stored = 0, "udp lost-in-kernel": lost = 0 } = await at.outcomes();
      return stored + lost === count;
    }, at.outcomes);
    assert.ok((await at.counted("udp lost-in-kernel")) > 0, "the machine dropped none: the test shows nothing");
    assert.equal(await at.counted("udp stored"), at.sink.events.size);
  });

  it("bounds each source: datagrams are dropped, streams wait", async () => {
    at = await RunningSyslogDoor.start({ eventsPerSecond: 200 });
    const socket = at.udp();
    await Promise.all(Array.from({ length: 2_000 }, (_, index) => at.send(socket, line(`${index}`))));
    await at.reaches("udp too-fast", 1);
    const stream = await at.tcp();
    stream.end(Array.from({ length: 400 }, (_, at) => `${line(`t${at}`)}\n`).join(""));
    await at.reaches("tcp stored", 400);
    assert.equal(await at.counted("tcp too-fast"), 0);
  });

  it("stores what came before it closes, and counts what it cannot", async () => {
    at = await RunningSyslogDoor.start({ limits: { graceMs: 200 } });
    const release = at.sink.hold();
    const socket = await at.tcp();
    socket.write(`${line("a")}\n`);
    await until(() => at.sink.waiting === 1, at.outcomes);
    socket.write(`${line("b")}\n`);
    await until(
      () => socket.bytesWritten > 0 && socket.writableLength === 0,
      () => socket.writableLength,
    );
    const closed = at.door.close();
    release();
    await closed;
    assert.ok(at.messages.includes("a"));
    at = await RunningSyslogDoor.start({ limits: { graceMs: 50 } });
    at.sink.failure = KeptEvents.full;
    await at.send(at.udp(), line("c"));
    await until(() => at.log.lines.length > 0, at.outcomes);
    await at.door.close();
    await at.reaches("udp not-stored", 1);
  });

  it("keeps one event that cannot be stored from no other", async () => {
    at = await RunningSyslogDoor.start();
    const accept = at.sink.accept.bind(at.sink);
    at.sink.accept = (events) =>
      events.some(({ data }) => data["message"] === "bad") ? Promise.reject(new Error("broken")) : accept(events);
    (await at.tcp()).end(["a", "bad", "b"].map((text) => `${line(text)}\n`).join(""));
    await at.reaches("tcp stored", 2);
    assert.deepEqual(at.messages, ["a", "b"]);
    assert.equal(await at.counted("tcp not-stored"), 1);
  });
});
