import assert from "node:assert/strict";
import { keeperKind, readTable, type Grant, type MemberView, type TableView } from "../../../src/cluster/index.ts";
import { tableChange } from "../../../src/cluster/table.ts";
import type { Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";
import { identity } from "./test-cluster.ts";

const hourMs = 3_600_000;

const grantOf = async (space: Space): Promise<Grant> => {
  const key = "owner/keeper/0";
  const { revision } = await space.commit(undefined, [{ type: "put", key, value: "held" }]);
  return {
    kind: "keeper",
    shard: 0,
    space,
    guard: { type: "record", record: { key, version: revision } },
    token: revision,
    deadlineMs: () => Number.POSITIVE_INFINITY,
    surrender: () => undefined,
  };
};

/** Starts the keeper on a table with a node that is up and one that left so many hours ago. */
const start = async (kernel: TestKernel, leftHoursAgo: number): Promise<Space> => {
  const space = openMemoryStore(createMemoryDatabase({ clock: kernel.clock })).space("cluster");
  const nowMs = kernel.clock.wallMs();
  const up: MemberView = { ...identity("a"), state: "up", startedAtMs: 0 };
  const left: MemberView = {
    ...identity("b"),
    state: "left",
    startedAtMs: 0,
    endedAtMs: nowMs - leftHoursAgo * hourMs,
  };
  await space.commit(undefined, [tableChange({ version: 0, settings: {}, members: [up, left] })]);
  const grant = await grantOf(space);
  kernel.system.spawn(
    actor<never>(() => undefined, { initial: (context) => void keeperKind(space).spawn(context, "keeper", grant) }),
    "singletons",
  );
  await kernel.settle();
  return space;
};

const ids = ({ members }: TableView): readonly string[] => members.map(({ id }) => id);

describe("the keeper of the table of members", () => {
  onBothDispatchers((startKernel) => {
    it("drops at once what ended over a day ago, and nothing else", async () => {
      const space = await start(startKernel(), 24);
      assert.deepEqual(ids(await readTable(space)), ["a"]);
    });

    it("drops a row in the hour after its day is over, and writes nothing without need", async () => {
      const kernel = startKernel();
      const space = await start(kernel, 20);
      const before = await space.revision();
      await kernel.advance(3 * hourMs);
      assert.deepEqual(ids(await readTable(space)), ["a", "b"]);
      assert.equal(await space.revision(), before);
      await kernel.advance(2 * hourMs);
      assert.deepEqual(ids(await readTable(space)), ["a"]);
      await kernel.advance(5 * hourMs);
      assert.equal(await space.revision(), before + 1);
    });

    it("drops nothing once another node has its fence", async () => {
      const kernel = startKernel();
      const space = await start(kernel, 23);
      await space.commit(undefined, [{ type: "put", key: "owner/keeper/0", value: "held by another" }]);
      await kernel.advance(3 * hourMs);
      assert.deepEqual(ids(await readTable(space)), ["a", "b"]);
      assert.equal(kernel.log.lines.filter(({ level }) => level > 30).length, 0);
    });
  });
});
