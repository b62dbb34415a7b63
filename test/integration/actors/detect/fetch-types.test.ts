import assert from "node:assert/strict";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const types = ["sample-file", "script", "code"] as const;

describe("tasks of several types for one kind of detectors", () => {
  let centre: TestCentre;
  let relay: TestRelay;

  beforeEach(async () => {
    const { clock } = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock }));
    const require = types.map((taskType) => ({ taskType, kind: "yara", count: 2 }));
    centre = await TestCentre.open(store, clock, { settings: { require } });
    relay = new TestRelay(centre.desk, [offer("yara", { taskTypes: types })]);
    await relay.announce();
  });

  afterEach(() => centre.folder.remove());

  const fetch = (...counts: readonly number[]) =>
    centre.desk.fetchTasks(
      relay.identity,
      counts.map((count, at) => ({ kind: "yara", taskTypes: types.slice(at, at + 1), count })),
    );

  it("whichever of the wanted types is there is fetched at once (RELAY-12)", async () => {
    await centre.submit("hello", { taskType: "code" });
    const tasks = await fetch(1, 1, 1);
    assert.deepEqual(
      tasks.map(({ taskType }) => taskType),
      ["code"],
    );
  });

  it("of each type no more are fetched than are wanted, and the others stay for others", async () => {
    await centre.submit("hello", { taskType: "script" });
    await centre.submit("other", { taskType: "code" });
    const tasks = await fetch(3, 1, 0);
    assert.deepEqual(
      tasks.map(({ taskType }) => taskType),
      ["script"],
    );
    const { claimed, delayed } = await centre.space.queue.counts("kind-yara");
    assert.deepEqual([claimed, delayed], [1, 3]);
  });

  it("what nobody hears of is given back, and not lost: a caller that is gone has killed nothing", async () => {
    const { taskId } = await centre.submit("hello");
    const wanted = [{ kind: "yara", taskTypes: types, count: 2 }];
    const gone = AbortSignal.abort();
    assert.deepEqual(await centre.desk.fetchTasks(relay.identity, wanted, undefined, gone), []);
    const item = await centre.space.queue.get("kind-yara", `${taskId}/0`);
    assert.deepEqual([item?.status, item?.losses, item?.failures], ["waiting", 0, 0]);
    assert.equal((await centre.desk.fetchTasks(relay.identity, wanted)).length, 2);
  });
});
