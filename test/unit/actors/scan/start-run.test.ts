import assert from "node:assert/strict";
import { noOptions, startRun, taskQueue } from "../../../../src/actors/scan/index.ts";
import { StoreError, type Space } from "../../../../src/store/index.ts";
import {
  createMemoryDatabase,
  openMemoryStore,
  type Carry,
  type MemoryDatabase,
} from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const how = { bundle: "0".repeat(64), options: noOptions };
const targets = ["http://a.test/", "http://b.test/"];

describe("starting a run", () => {
  let clock: ManualClock;
  let database: MemoryDatabase;
  let space: Space;
  beforeEach(() => {
    clock = new ManualClock();
    database = createMemoryDatabase({ clock });
    space = openMemoryStore(database).space("scan");
  });

  const end = async (id: string): Promise<void> => {
    const request = { queue: taskQueue, owner: "n", slots: 1, leaseMs: 1_000, holding: 0, ids: [id] };
    const [claim] = (await space.queue.claim(request)).claims;
    assert.ok(claim);
    await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
  };

  it("puts in a task for each target, in their order", async () => {
    const { taskIds, resumed } = await startRun(space, clock, { targets, ...how });
    assert.deepEqual({ taskIds, resumed }, { taskIds: ["run1-0", "run1-1"], resumed: false });
    const bodies = await Promise.all(taskIds.map(async (id) => (await space.queue.get(taskQueue, id))?.body));
    assert.deepEqual(
      bodies,
      targets.map((target) => ({ target, ...how, priority: 100 })),
    );
  });

  it("goes on while a task has not ended, and begins anew when all have", async () => {
    const first = await startRun(space, clock, { targets, ...how });
    await end("run1-0");
    assert.deepEqual(await startRun(space, clock, { targets, ...how }), { ...first, resumed: true });
    await end("run1-1");
    const second = await startRun(space, clock, { targets, ...how });
    assert.deepEqual(second, { taskIds: ["run2-0", "run2-1"], resumed: false });
  });

  it("begins anew when the queue has forgotten the tasks of a run that ended", async () => {
    await startRun(space, clock, { targets, ...how });
    await end("run1-0");
    await end("run1-1");
    clock.advance(30 * 24 * 3_600_000);
    assert.equal((await startRun(space, clock, { targets, ...how })).resumed, false);
  });

  it("takes thousands of targets", async () => {
    const many = Array.from({ length: 2_345 }, (_, n) => `http://h${n}.test/`);
    const { taskIds } = await startRun(space, clock, { targets: many, ...how });
    assert.equal(taskIds.length, 2_345);
    assert.equal((await space.queue.counts(taskQueue)).waiting, 2_345);
    assert.equal((await startRun(space, clock, { targets: many, ...how })).resumed, true);
  });

  it("of two at the same time, one begins it and the other goes on with the same", async () => {
    const [one, two] = await Promise.all([
      startRun(space, clock, { targets, ...how }),
      startRun(space, clock, { targets, ...how }),
    ]);
    assert.deepEqual(one.taskIds, two.taskIds);
    assert.deepEqual([one.resumed, two.resumed].toSorted(), [false, true]);
    assert.equal((await space.queue.counts(taskQueue)).waiting, 2);
  });

  it("puts in what is missing when the one that began it died in between", async () => {
    const many = Array.from({ length: 1_200 }, (_, n) => `http://h${n}.test/`);
    let calls = 0;
    const dying: Carry = async (run) => {
      calls += 1;
      if (calls > 3) throw new StoreError("closed", "the process is gone");
      return Promise.resolve(run());
    };
    await assert.rejects(startRun(openMemoryStore(database, dying).space("scan"), clock, { targets: many, ...how }), {
      code: "closed",
    });
    const { waiting } = await space.queue.counts(taskQueue);
    assert.ok(waiting > 0 && waiting < 1_200, `${waiting} tasks`);
    assert.equal((await startRun(space, clock, { targets: many, ...how })).resumed, true);
    assert.equal((await space.queue.counts(taskQueue)).waiting, 1_200);
  });
});
