import assert from "node:assert/strict";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { SyslogDoorSetup } from "../../../../src/control/doors/syslog/index.ts";
import { ControlError } from "../../../../src/control/index.ts";
import { TestAuthority } from "../../../support/certificates.ts";
import { until } from "../../../support/until.ts";
import { line, RunningSyslogDoor } from "./running-syslog-door.ts";

describe("the syslog door", () => {
  let at: RunningSyslogDoor;
  afterEach(() => at.stop());

  it("makes an event of a datagram", async () => {
    at = await RunningSyslogDoor.start();
    await at.send(at.udp(), `${line("denied")}\n\0`);
    await at.reaches("udp stored", 1);
    const [event] = at.sink.list;
    assert.equal(event?.source, "fw-1");
    assert.equal(event.kind, "network-attack");
    assert.equal(event.occurredAtMs, Date.UTC(2026, 4, 1, 12));
    assert.deepEqual([event.data["message"], event.data["sender"]], ["denied", "127.0.0.1"]);
  });

  it("reads both framings, however they are cut, and the last line of a stream that ends", async () => {
    at = await RunningSyslogDoor.start();
    const cef = "<134>May  1 12:00:00 fw CEF:0|V|P|1|7|worm|9|src=10.0.0.1 msg=a\\nb";
    const counted = line("two\nlines");
    const stream = Buffer.from(`${line("é one")}\n${Buffer.byteLength(counted)} ${counted}${cef}\r\n${line("last")}`);
    const whole = await at.tcp();
    whole.end(stream);
    const cut = await at.tcp();
    cut.setNoDelay(true);
    for (const byte of stream) cut.write(Buffer.of(byte));
    cut.end();
    await at.reaches("tcp stored", 8);
    const expected = [["é one", "two\nlines", "last"].sort(), ["é one", "two\nlines", "last"].sort()].flat().sort();
    assert.deepEqual(at.messages.filter((text) => text !== undefined).sort(), expected);
    assert.deepEqual(
      at.sink.list.filter(({ data }) => data["name"] === "worm").map(({ data }) => data["msg"]),
      ["a\nb", "a\nb"],
    );
  });

  it("leaves out what is too large, and goes on behind it", async () => {
    at = await RunningSyslogDoor.start({ limits: { messageBytes: 100 } });
    const large = line("x".repeat(200));
    (await at.tcp()).end(`${large}\n${line("a")}\n${large.length} ${large}${line("b")}\n`);
    const socket = at.udp();
    await at.send(socket, large);
    await at.send(socket, "\n");
    await at.reaches("tcp stored", 2);
    await at.reaches("udp invalid", 1);
    assert.deepEqual(at.messages, ["a", "b"]);
    assert.deepEqual([await at.counted("tcp too-large"), await at.counted("udp too-large")], [2, 1]);
  });

  it("ends a stream that is none of syslog, and one whose message does not go on", async () => {
    at = await RunningSyslogDoor.start({ limits: { messageMs: 50 } });
    const wrong = await at.tcp();
    wrong.write("99999999 <1>");
    const slow = await at.tcp();
    slow.write("<1>never");
    await until(
      () => at.refusals.of("syslog", "not-syslog") === 1,
      () => at.refusals.all(),
    );
    slow.resume();
    wrong.resume();
    await until(
      () => slow.closed && wrong.closed,
      () => ({ slow: slow.closed, wrong: wrong.closed }),
    );
  });

  it("takes messages only from whom it is told to", async () => {
    at = await RunningSyslogDoor.start({ allowFrom: ["10.0.0.0/8"] });
    await at.send(at.udp(), line("a"));
    const socket = await at.tcp();
    socket.resume();
    await until(
      () => at.refusals.of("syslog", "unknown-source") === 2 && socket.closed,
      () => at.refusals.all(),
    );
    assert.deepEqual(await at.outcomes(), {});
  });

  it("takes over TLS who is allowed or has a certificate of the cluster", async () => {
    const [authority, other] = await Promise.all([TestAuthority.create(), TestAuthority.create()]);
    const tls = { source: await authority.node("node-1"), cluster: "garrison" };
    at = await RunningSyslogDoor.start({ listen: { tls: "127.0.0.1:0" }, allowFrom: ["10.0.0.0/8"], tls });
    const dial = (options: ConnectionOptions): Promise<void> =>
      new Promise((resolve) => {
        const port = at.port("tls");
        const socket = connectTls({ host: "127.0.0.1", port, ca: authority.trust.ca, ...options });
        at.ends(socket);
        socket.on("error", () => undefined);
        socket.resume().once("close", resolve);
        socket.write(`${line("a")}\n`, () => socket.end());
      });
    await dial((await authority.material("garrison://garrison/client/fw?role=viewer")).identity ?? {});
    await at.reaches("tls stored", 1);
    await dial({});
    await until(
      () => at.refusals.of("syslog", "unknown-source") === 1,
      () => at.refusals.all(),
    );
    await dial((await other.material("garrison://garrison/client/fw?role=viewer")).identity ?? {});
    await until(
      () => at.refusals.of("syslog", "certificate-untrusted") === 1,
      () => at.refusals.all(),
    );
    (await at.tcp("tls")).write("<1>in the clear\n");
    await until(
      () => at.refusals.of("syslog", "not-tls") === 1,
      () => at.refusals.all(),
    );
    assert.equal(at.sink.events.size, 1);
  });

  it("does not open for settings that are not safe", async () => {
    at = await RunningSyslogDoor.start();
    const cases: readonly (readonly [Partial<SyslogDoorSetup>, string])[] = [
      [{ listen: { udp: "0.0.0.0:0" } }, "not-loopback"],
      [{ listen: { tcp: "0.0.0.0:0" } }, "not-loopback"],
      [{ listen: { tls: "127.0.0.1:0" } }, "tls-unusable"],
      [{ listen: { tcp: at.door.addresses.tcp } }, "listen-failed"],
      [{ listen: { udp: at.door.addresses.udp } }, "listen-failed"],
      [{ allowFrom: ["10.0.0.0/33"] }, "invalid"],
      [{ allowFrom: ["fw.example"] }, "invalid"],
      [{ sources: [{ from: "10.0.0.1", name: "a b" }] }, "invalid"],
      [{ kind: "" }, "invalid"],
    ];
    for (const [more, code] of cases) {
      await assert.rejects(
        RunningSyslogDoor.start(more),
        (error) => error instanceof ControlError && error.code === code,
        JSON.stringify(more),
      );
    }
  });
});
