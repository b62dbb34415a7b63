import assert from "node:assert/strict";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { Registry } from "prom-client";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { EventStatistics } from "../../../../src/control/doors/intake/event-statistics.ts";
import { startSyslogDoor, type SyslogDoor, type SyslogDoorSetup } from "../../../../src/control/doors/syslog/index.ts";
import { ControlError, Refusals } from "../../../../src/control/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { TestAuthority } from "../../../support/certificates.ts";
import { until } from "../../../support/until.ts";
import { KeptEvents } from "./kept-events.ts";

const portOf = (address = ""): number => Number(address.split(":")[1]);
const line = (text: string): string => `<134>1 2026-05-01T12:00:00Z fw - - - - ${text}`;

describe("the syslog door", () => {
  let door: SyslogDoor;
  let sink: KeptEvents;
  let refusals: Refusals;
  let statistics: EventStatistics;
  let log: CapturedLog;
  let registry: Registry;
  const sockets: { destroy(): void }[] = [];

  const start = async (more: Partial<SyslogDoorSetup> = {}): Promise<void> => {
    [sink, refusals, statistics, log] = [new KeptEvents(), new Refusals(), new EventStatistics(), new CapturedLog()];
    registry = new Registry();
    statistics.addTo(registry);
    door = await startSyslogDoor({
      listen: { udp: "127.0.0.1:0", tcp: "127.0.0.1:0" },
      allowFrom: [],
      kind: "syslog",
      sources: [{ from: "127.0.0.1", name: "fw-1", kind: "network-attack" }],
      ...{ sink, refusals, statistics, clock: systemClock, random: systemRandom, log: log.logger },
      ...more,
    });
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await door.close();
  });

  const outcomes = async (): Promise<Readonly<Record<string, number>>> => {
    const [metric] = await registry.getMetricsAsJSON();
    const values = metric?.values ?? [];
    return Object.fromEntries(
      values.map(({ labels, value }) => [`${labels["transport"]} ${labels["outcome"]}`, value]),
    );
  };
  const counted = async (name: string): Promise<number> => (await outcomes())[name] ?? 0;
  const reaches = (name: string, count: number): Promise<void> => {
    let seen: unknown;
    return until(
      async () => ((seen = await outcomes()), (await counted(name)) >= count),
      () => ({ name, count, seen, refusals: refusals.all() }),
    );
  };

  const tcp = (address = door.addresses.tcp): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: portOf(address) }, () => resolve(socket));
      socket.once("error", reject);
      socket.on("error", () => undefined);
      sockets.push(socket);
    });
  const udp = (): UdpSocket => {
    const socket = createSocket("udp4");
    sockets.push({ destroy: () => socket.close() });
    return socket;
  };
  const send = (socket: UdpSocket, text: string | Buffer): Promise<unknown> =>
    new Promise((resolve) => socket.send(text, portOf(door.addresses.udp), "127.0.0.1", resolve));
  const messages = (): readonly unknown[] => sink.list.map(({ data }) => data["message"]);

  it("makes an event of a datagram", async () => {
    await start();
    await send(udp(), `${line("denied")}\n\0`);
    await reaches("udp stored", 1);
    const [event] = sink.list;
    assert.equal(event?.source, "fw-1");
    assert.equal(event.kind, "network-attack");
    assert.equal(event.occurredAtMs, Date.UTC(2026, 4, 1, 12));
    assert.deepEqual([event.data["message"], event.data["sender"]], ["denied", "127.0.0.1"]);
  });

  it("reads both framings, however they are cut, and the last line of a stream that ends", async () => {
    await start();
    const cef = "<134>May  1 12:00:00 fw CEF:0|V|P|1|7|worm|9|src=10.0.0.1 msg=a\\nb";
    const counted = line("two\nlines");
    const stream = Buffer.from(`${line("é one")}\n${Buffer.byteLength(counted)} ${counted}${cef}\r\n${line("last")}`);
    const whole = await tcp();
    whole.end(stream);
    const cut = await tcp();
    cut.setNoDelay(true);
    for (const byte of stream) cut.write(Buffer.of(byte));
    cut.end();
    await reaches("tcp stored", 8);
    const expected = [["é one", "two\nlines", "last"].sort(), ["é one", "two\nlines", "last"].sort()].flat().sort();
    assert.deepEqual(
      messages()
        .filter((text) => text !== undefined)
        .sort(),
      expected,
    );
    assert.deepEqual(
      sink.list.filter(({ data }) => data["name"] === "worm").map(({ data }) => data["msg"]),
      ["a\nb", "a\nb"],
    );
  });

  it("leaves out what is too large, and goes on behind it", async () => {
    await start({ limits: { messageBytes: 100 } });
    const large = line("x".repeat(200));
    (await tcp()).end(`${large}\n${line("a")}\n${large.length} ${large}${line("b")}\n`);
    const socket = udp();
    await send(socket, large);
    await send(socket, "\n");
    await reaches("tcp stored", 2);
    await reaches("udp invalid", 1);
    assert.deepEqual(messages(), ["a", "b"]);
    assert.deepEqual([await counted("tcp too-large"), await counted("udp too-large")], [2, 1]);
  });

  it("ends a stream that is none of syslog, and one whose message does not go on", async () => {
    await start({ limits: { messageMs: 50 } });
    const wrong = await tcp();
    wrong.write("99999999 <1>");
    const slow = await tcp();
    slow.write("<1>never");
    await until(
      () => refusals.of("syslog", "not-syslog") === 1,
      () => refusals.all(),
    );
    await until(
      () => wrong.destroyed || wrong.readableEnded || wrong.closed,
      () => "the wrong one is open",
    );
    slow.resume();
    wrong.resume();
    await until(
      () => slow.closed && wrong.closed,
      () => ({ slow: slow.closed, wrong: wrong.closed }),
    );
  });

  it("makes streams wait while the store is full, and loses nothing of them; of datagrams it counts what it drops", async () => {
    await start({ limits: { pending: 100 } });
    sink.failure = KeptEvents.full;
    const socket = await tcp();
    const count = 20_000;
    const text = Array.from({ length: count }, (_, at) => `${line(`${at} ${"x".repeat(200)}`)}\n`).join("");
    let sent = false;
    socket.end(text, () => (sent = true));
    await until(
      () => log.of("events that came by syslog wait for the store").length === 1,
      () => log.lines,
    );
    const datagrams = udp();
    await until(async () => {
      await send(datagrams, line("dropped"));
      return (await counted("udp full")) > 0;
    }, outcomes);
    assert.equal(sent, false, "the sender was not made to wait");
    sink.failure = undefined;
    await reaches("tcp stored", count);
    assert.equal(new Set(messages().filter((one) => one !== "dropped")).size, count);
    assert.ok(Math.max(...sink.calls) <= 500);
    assert.equal(log.of("events that came by syslog wait for the store").length, 1);
  });

  it("counts every datagram that was sent: stored, or dropped by the machine", async () => {
    await start({ limits: { receiveBufferBytes: 4_096 } });
    const socket = udp();
    const count = 3_000;
    await Promise.all(Array.from({ length: count }, (_, at) => send(socket, line(`${at}`))));
    await until(async () => {
      const { "udp stored": stored = 0, "udp lost-in-kernel": lost = 0 } = await outcomes();
      return stored + lost === count;
    }, outcomes);
    assert.ok((await counted("udp lost-in-kernel")) > 0, "the machine dropped none: the test shows nothing");
    assert.equal(await counted("udp stored"), sink.events.size);
  });

  it("bounds each source: datagrams are dropped, streams wait", async () => {
    await start({ eventsPerSecond: 1_000 });
    const socket = udp();
    await Promise.all(Array.from({ length: 2_000 }, (_, at) => send(socket, line(`${at}`))));
    await reaches("udp too-fast", 1);
    const stream = await tcp();
    stream.end(Array.from({ length: 1_000 }, (_, at) => `${line(`t${at}`)}\n`).join(""));
    await reaches("tcp stored", 1_000);
    assert.equal(await counted("tcp too-fast"), 0);
  });

  it("takes messages only from whom it is told to", async () => {
    await start({ allowFrom: ["10.0.0.0/8"] });
    await send(udp(), line("a"));
    const socket = await tcp();
    socket.resume();
    await until(
      () => refusals.of("syslog", "unknown-source") === 2 && socket.closed,
      () => refusals.all(),
    );
    assert.deepEqual(await outcomes(), {});
  });

  it("takes over TLS who is allowed or has a certificate of the cluster", async () => {
    const [authority, other] = await Promise.all([TestAuthority.create(), TestAuthority.create()]);
    const tls = { source: await authority.node("node-1"), cluster: "garrison" };
    await start({ listen: { tls: "127.0.0.1:0" }, allowFrom: ["10.0.0.0/8"], tls });
    const dial = (options: ConnectionOptions): Promise<void> =>
      new Promise((resolve) => {
        const port = portOf(door.addresses.tls);
        const socket = connectTls({ host: "127.0.0.1", port, ca: authority.trust.ca, ...options });
        sockets.push(socket);
        socket.on("error", () => undefined);
        socket.resume().once("close", resolve);
        socket.write(`${line("a")}\n`, () => socket.end());
      });
    await dial((await authority.material("garrison://garrison/client/fw?role=viewer")).identity ?? {});
    await reaches("tls stored", 1);
    await dial({});
    await until(
      () => refusals.of("syslog", "unknown-source") === 1,
      () => refusals.all(),
    );
    await dial((await other.material("garrison://garrison/client/fw?role=viewer")).identity ?? {});
    await until(
      () => refusals.of("syslog", "certificate-untrusted") === 1,
      () => refusals.all(),
    );
    (await tcp(door.addresses.tls)).write("<1>in the clear\n");
    await until(
      () => refusals.of("syslog", "not-tls") === 1,
      () => refusals.all(),
    );
    assert.equal(sink.events.size, 1);
  });

  it("stores what came before it closes, and counts what it cannot", async () => {
    await start({ limits: { graceMs: 200 } });
    const release = sink.hold();
    const socket = await tcp();
    socket.write(`${line("a")}\n`);
    await until(() => sink.waiting === 1, outcomes);
    socket.write(`${line("b")}\n`);
    await until(
      () => socket.bytesWritten > 0 && socket.writableLength === 0,
      () => socket.writableLength,
    );
    const closed = door.close();
    release();
    await closed;
    assert.ok(messages().includes("a"));
    await start({ limits: { graceMs: 50 } });
    sink.failure = KeptEvents.full;
    await send(udp(), line("c"));
    await until(() => log.lines.length > 0, outcomes);
    await door.close();
    await reaches("udp not-stored", 1);
  });

  it("keeps one event that cannot be stored from no other", async () => {
    await start();
    const accept = sink.accept.bind(sink);
    sink.accept = (events) =>
      events.some(({ data }) => data["message"] === "bad") ? Promise.reject(new Error("broken")) : accept(events);
    (await tcp()).end(["a", "bad", "b"].map((text) => `${line(text)}\n`).join(""));
    await reaches("tcp stored", 2);
    assert.deepEqual(messages(), ["a", "b"]);
    assert.equal(await counted("tcp not-stored"), 1);
  });

  it("does not open for settings that are not safe", async () => {
    await start();
    const cases: readonly (readonly [Partial<SyslogDoorSetup>, string])[] = [
      [{ listen: { udp: "0.0.0.0:0" } }, "not-loopback"],
      [{ listen: { tcp: "0.0.0.0:0" } }, "not-loopback"],
      [{ listen: { tls: "127.0.0.1:0" } }, "tls-unusable"],
      [{ listen: { tcp: door.addresses.tcp } }, "listen-failed"],
      [{ listen: { udp: door.addresses.udp } }, "listen-failed"],
      [{ allowFrom: ["10.0.0.0/33"] }, "invalid"],
      [{ allowFrom: ["fw.example"] }, "invalid"],
      [{ sources: [{ from: "10.0.0.1", name: "a b" }] }, "invalid"],
      [{ kind: "" }, "invalid"],
    ];
    const open = door;
    for (const [more, code] of cases) {
      await assert.rejects(
        start(more),
        (error) => error instanceof ControlError && error.code === code,
        JSON.stringify(more),
      );
    }
    door = open;
  });
});
