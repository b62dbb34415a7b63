import assert from "node:assert/strict";
import { StoreError, type Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { CrashingSpace } from "../../../support/crashing-space.ts";
import { TestCentre, TestRelay, offer } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { until } from "../../../support/until.ts";

const types = ["sample-file", "script", "code"] as const;

describe("tasks of several types for one kind of detectors", () => {
  let centre: TestCentre;
  let relay: TestRelay;
  let fails: "no" | "next" | "now";

  beforeEach(async () => {
    const { clock } = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock }));
    const require = types.map((taskType) => ({ taskType, kind: "yara", count: 2 }));
    fails = "no";
    centre = await TestCentre.open(store, clock, { settings: { require }, wrap: failAfterClaim });
    relay = new TestRelay(centre.desk, [offer("yara", { taskTypes: types })]);
    await relay.announce();
  });

  afterEach(() => centre.folder.remove());

  /** The next call of the store after a claim fails. */
  const failAfterClaim = (space: Space): Space => {
    const { space: plain } = new CrashingSpace(space, Infinity, "before", () => undefined);
    const claim: Space["queue"]["claim"] = async (request) => {
      const claimed = await plain.queue.claim(request);
      fails = fails === "next" ? "now" : fails;
      return claimed;
    };
    const getMany: Space["records"]["getMany"] = async (keys) => {
      if (fails !== "now") return plain.records.getMany(keys);
      fails = "no";
      throw new StoreError("unavailable", "not now", { retryable: true });
    };
    return { ...plain, queue: { ...plain.queue, claim }, records: { ...plain.records, getMany } };
  };

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

  it("what was claimed before the store failed is given back, and not lost", async () => {
    const { taskId } = await centre.submit("hello");
    const wanted = [{ kind: "yara", taskTypes: types, count: 2 }];
    fails = "next";
    await assert.rejects(async () => centre.desk.fetchTasks(relay.identity, wanted), { code: "unavailable" });
    const itemNow = () => centre.space.queue.get("kind-yara", `${taskId}/0`);
    await until(
      async () => (await itemNow())?.status === "waiting",
      () => "the claim was not given back",
    );
    const item = await itemNow();
    assert.deepEqual([item?.losses, item?.failures], [0, 0]);
    assert.equal((await centre.desk.fetchTasks(relay.identity, wanted)).length, 2);
  });
});
