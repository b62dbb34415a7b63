import assert from "node:assert/strict";
import { parseTask } from "../../../../src/actors/detect/records/task-record.ts";
import { taskKey } from "../../../../src/actors/detect/records/keys.ts";
import type { Change, Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const types = ["sample-file", "code"] as const;

/** The first claim that is let go is lost just before that. */
const overtaken = (space: Space): Space => {
  let isLost = false;
  const lose = async ([first]: readonly Change[]): Promise<void> => {
    if (isLost || (first?.type !== "release" && first?.type !== "finish")) return;
    isLost = true;
    await space.queue.cancel(first.claim.queue, [first.claim.id]);
  };
  const { name, queue, groups, records, leases, limits } = space;
  return {
    ...{ name, queue, groups, records, leases, limits },
    commit: async (guard, changes) => {
      await lose(changes);
      return space.commit(guard, changes);
    },
    revision: () => space.revision(),
    changed: (seen, timeoutMs) => space.changed(seen, timeoutMs),
  };
};

describe("claims that are lost while tasks are fetched", () => {
  let centre: TestCentre;
  let relay: TestRelay;

  beforeEach(async () => {
    const { clock } = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock }));
    const require = types.map((taskType) => ({ taskType, kind: "yara", count: 2 }));
    centre = await TestCentre.open(store, clock, { settings: { require }, wrap: overtaken });
    relay = new TestRelay(centre.desk, [offer("yara", { taskTypes: types })]);
    await relay.announce();
  });
  afterEach(() => centre.folder.remove());

  it("keep nothing else from being fetched, or from going back to others", async () => {
    await centre.submit("hello", { taskType: "code" });
    const { taskId } = await centre.submit("other");
    const tasks = await centre.desk.fetchTasks(relay.identity, [
      { kind: "yara", taskTypes: ["sample-file"], count: 4 },
    ]);
    assert.deepEqual(
      tasks.map((task) => task.taskId),
      [taskId, taskId],
    );
    const { claimed, delayed } = await centre.space.queue.counts("kind-yara");
    assert.deepEqual([claimed, delayed], [2, 1]);
  });

  it("are nothing to a task that was decided", async () => {
    const decided = await centre.submit("hello");
    const open = await centre.submit("other");
    const record = await centre.space.records.get(taskKey(decided.taskId));
    assert.ok(record !== undefined);
    const value = { ...parseTask(record.value), state: "decided" as const };
    await centre.space.commit(undefined, [{ type: "put", key: record.key, value }]);
    const tasks = await relay.fetch();
    assert.deepEqual(
      tasks.map(({ taskId }) => taskId),
      [open.taskId, open.taskId],
    );
  });
});
