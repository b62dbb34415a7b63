import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { noTracing } from "../../../../src/base/tracing.ts";
import { Connection } from "../../../../src/client/index.ts";
import { ControlError, Refusals, startRelayDoor, type ControlErrorCode } from "../../../../src/control/index.ts";
import { relayService, type HeartbeatRequest } from "../../../../src/wire/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { refuses } from "../refuses.ts";

const heartbeat: HeartbeatRequest = {
  detector: "yara-1",
  incarnation: "life-1",
  description: { kind: "yara", class: "static", taskTypes: ["sample-file"], engineVersion: "1", signatureVersion: "1" },
  capacity: 1,
  load: 0,
  pid: 0,
};

/** A desk that answers heartbeats by its own number. */
const deskOf = (heartbeatMs: number) => ({
  heartbeat: () => Promise.resolve({ heartbeatMs }),
  claimTasks: () => Promise.resolve([]),
  fetchObject: async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from("x"));
  },
  reportResults: () => Promise.resolve(),
});

describe("the socket of a relay", () => {
  let folder: ReturnType<typeof tempDir>;
  let socket: string;
  beforeEach(() => {
    folder = tempDir("socket");
    chmodSync(folder.path, 0o700);
    socket = join(folder.path, "relay.sock");
  });
  afterEach(() => folder.remove());

  const open = (heartbeatMs: number, at = socket) =>
    startRelayDoor({
      socket: at,
      desk: deskOf(heartbeatMs),
      clock: systemClock,
      random: systemRandom,
      log: new CapturedLog().logger,
      tracing: noTracing,
      refusals: new Refusals(),
      statistics: () => undefined,
    });
  const answerOf = async (at = socket): Promise<number> => {
    const connection = new Connection({ address: `unix:${at}`, clock: systemClock });
    try {
      return (await connection.call(relayService.heartbeat, heartbeat)).heartbeatMs;
    } finally {
      connection.close();
    }
  };
  const refusesToOpen = (code: ControlErrorCode): Promise<void> =>
    assert.rejects(open(1), (error) => error instanceof ControlError && error.code === code);
  it("may have a path with letters of any language and spaces, which detectors reach", async () => {
    const at = join(folder.path, "Jörg Ł", "relay.sock");
    const door = await open(7, at);
    assert.equal(await answerOf(at), 7);
    await door?.close();
  });

  it("is left to the relay that answers on it, and taken when that has ended", async () => {
    const first = await open(1);
    assert.ok(first);
    assert.equal(await open(2), undefined);
    assert.equal(await answerOf(), 1);
    await first.close();
    await first.close();
    assert.equal(existsSync(socket), false);
    const second = await open(2);
    assert.equal(await answerOf(), 2);
    await second?.close();
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("is taken from one that does not answer, as when its process is frozen", async () => {
    const met: Socket[] = [];
    const frozen = createServer((connection) => met.push(connection));
    frozen.listen(socket);
    await once(frozen, "listening");
    const door = await open(3);
    assert.equal(await answerOf(), 3);
    await door?.close();
    for (const connection of met) connection.destroy();
    frozen.close();
    await once(frozen, "close");
  });

  it("is not removed by a relay whose place was taken", async () => {
    const replaced = await open(1);
    unlinkSync(socket);
    const door = await open(2);
    await replaced?.close();
    assert.equal(await answerOf(), 2);
    await door?.close();
    assert.equal(existsSync(socket), false);
  });

  it("leaves nobody listening where it cannot be put", async () => {
    const longerThanAnyName = join(folder.path, "x".repeat(300));
    await assert.rejects(
      open(1, longerThanAnyName),
      (error) => error instanceof ControlError && error.code === "listen-failed",
    );
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("is not put where a file is, or in a folder that others may enter", async () => {
    writeFileSync(socket, "precious");
    await refusesToOpen("listen-failed");
    assert.equal(readFileSync(socket, "utf8"), "precious");
    socket = join(folder.path, "open", "relay.sock");
    mkdirSync(join(folder.path, "open"), { mode: 0o750 });
    chmodSync(join(folder.path, "open"), 0o750);
    await refusesToOpen("socket-unsafe");
  });

  it("takes no other calls, and none that breaks a bound", async () => {
    const door = await open(1);
    const connection = new Connection({ address: `unix:${socket}`, clock: systemClock });
    const claim = { detector: "d", incarnation: "i", wants: [], taskIds: [], waitMs: 0 };
    await refuses(connection.call(relayService.claimTasks, claim), "invalid");
    await refuses(connection.call(relayService.heartbeat, { ...heartbeat, capacity: 2_000 }), "invalid");
    await refuses(connection.call(relayService.heartbeat, { ...heartbeat, detector: "../up" }), "invalid");
    const scan = { ...relayService.heartbeat, path: "/garrison.v1.ControlService/DrainNode" };
    await refuses(connection.call(scan, heartbeat), "unimplemented");
    connection.close();
    await door?.close();
  });
});
