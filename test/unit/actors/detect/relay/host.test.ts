import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RelayDesk } from "../../../../../src/actors/detect/index.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";

describe("the relay of a host", () => {
  let world: RelayWorld;

  beforeEach(async () => {
    world = await RelayWorld.start();
  });
  afterEach(async () => {
    assert.deepEqual(await world.end(), []);
  });

  /** A second node of the host, with a door of its own that notes when it is open. */
  const second = (answers: () => boolean = () => true) => {
    const state = { open: false, opened: 0, desk: undefined as RelayDesk | undefined };
    world.begin({}, "second", (desk) => {
      if (!answers()) return Promise.resolve(undefined);
      Object.assign(state, { open: true, opened: state.opened + 1, desk });
      return Promise.resolve({
        close: () => {
          state.open = false;
          return Promise.resolve();
        },
      });
    });
    return state;
  };
  const stop = async (path: string): Promise<void> => {
    const address = world.kernel.system.find(path);
    assert.ok(address !== undefined);
    await world.run(world.kernel.system.stopActor(address));
  };

  it("is one: another node stands by, and takes over when it has ended (RELAY-1)", async () => {
    const other = second();
    await world.pass(60_000);
    assert.deepEqual([world.open, other.open], [true, false]);
    assert.equal(world.kernel.system.find("/second/tasks"), undefined);
    await stop("/relay");
    await world.kernel.advance(2_000);
    assert.deepEqual([world.open, other.open, other.opened], [false, true, 1]);
  });

  it("ends when the lease is lost, and another begins (RELAY-1)", async () => {
    const other = second();
    await world.kernel.advance(1_000);
    const { leases } = world.store.space("detect");
    const [held] = await leases.look(["relay/host-1"]);
    const stolen = await leases.seize("relay/host-1", "thief", 8_000, held?.token ?? 0);
    assert.ok(stolen !== undefined);
    await world.kernel.advance(5_000);
    assert.deepEqual([world.open, other.open], [false, false]);
    assert.equal(world.kernel.system.find("/relay/tasks"), undefined);
    await world.kernel.advance(10_000);
    assert.equal(Number(world.open) + Number(other.open), 1);
  });

  it("stands by while another relay answers at its door, and lets go of the lease (RELAY-1)", async () => {
    await stop("/relay");
    let answers = false;
    const other = second(() => answers);
    await world.kernel.advance(6_000);
    assert.equal(other.open, false);
    await world.until(
      async () => (await world.store.space("detect").leases.look(["relay/host-1"]))[0] === undefined,
      () => world.kernel.system.tree(),
    );
    assert.equal(world.kernel.system.find("/second/tasks"), undefined);
    answers = true;
    await world.kernel.advance(2_000);
    assert.equal(other.open, true);
  });

  it("closes a door that opens when its node has begun to end, and lets go of the lease (RELAY-1)", async () => {
    await stop("/relay");
    let opened: ((door: { close(): Promise<void> }) => void) | undefined;
    let closed = 0;
    world.begin({}, "second", () => new Promise((resolve) => (opened = resolve)));
    await world.until(
      () => opened !== undefined,
      () => world.kernel.system.tree(),
    );
    const stopped = stop("/second");
    opened?.({
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
    });
    await stopped;
    assert.equal(closed, 1);
    assert.deepEqual(await world.store.space("detect").leases.look(["relay/host-1"]), [undefined]);
  });

  for (const blow of ["kill", "restart"] as const) {
    it(`a manager begins again together with the others after a ${blow}; detectors go on after a heartbeat (RELAY-2)`, async () => {
      for (const manager of ["detectors", "tasks", "objects", "detectors/d1"]) {
        const tasks = ["claimed", "assigned"].map((which) =>
          world.centre.submit({ bytes: Buffer.from(`${which} ${manager}`), kinds: [{ kind: "yara" }] }),
        );
        const detector = await world.detector("d1");
        await detector.claim(2);
        await world.pass(1_000);
        assert.equal((await detector.claim(1)).length, 1);
        await world[blow](manager);
        assert.deepEqual((await world.view()).detectors, []);
        assert.deepEqual(world.files(), []);
        await detector.heartbeat();
        await detector.report(await detector.take(2));
        await world.pass(0);
        for (const taskId of tasks) assert.equal(world.centre.answersOf(taskId).length, 1, `${manager}: ${taskId}`);
      }
      assert.ok(world.open);
    });
  }

  it("does not begin where others may write into the folder of its objects, until they may not", async () => {
    await stop("/relay");
    chmodSync(world.folder.path, 0o722);
    const other = second();
    const looked = (holds: () => boolean): Promise<void> =>
      world.until(
        async () => {
          await world.kernel.advance(2_000);
          return holds();
        },
        () => other,
      );
    await looked(() => JSON.stringify(world.kernel.log.lines).includes(`chmod 700 ${world.folder.path}`));
    assert.deepEqual([other.open, other.opened], [false, 0]);
    chmodSync(world.folder.path, 0o700);
    await looked(() => other.open);
  });

  it("deletes what an earlier relay left, and nothing else", async () => {
    await stop("/relay");
    const { path } = world.folder;
    writeFileSync(join(path, `${"a".repeat(64)}.7`), "left");
    writeFileSync(join(path, "notes.txt"), "of somebody");
    world.begin();
    await world.until(
      () => world.open && world.files().length === 1,
      () => world.files(),
    );
    assert.deepEqual(world.files(), ["notes.txt"]);
    await stop("/relay");
    assert.deepEqual(await world.end(), ["notes.txt"]);
    world = await RelayWorld.start();
  });
});
