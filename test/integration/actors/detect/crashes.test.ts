import assert from "node:assert/strict";
import { detectSpace } from "../../../../src/actors/detect/index.ts";
import type { Store } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { CrashingSpace } from "../../../support/crashing-space.ts";
import { TestCentre, TestRelay, black, offer, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const settings = { deadlineMs: 4_000, leaseMs: 2_000, missingGraceMs: 1_000 };
const kinds = [offer("digest"), offer("yara")];
/** An object that one of its detectors never answers for: its task ends by the deadline. */
const silent = "silent";

interface Run {
  readonly writes: number;
  readonly crashed: boolean;
}

/** What calls the centre does so again when it dies, at the other one. */
const tried = async (call: () => Promise<unknown>): Promise<boolean> => {
  try {
    await call();
    return true;
  } catch {
    return false;
  }
};

/** A centre that dies at one write, and another that goes on. */
const run = async (at: number, when: "before" | "after"): Promise<Run> => {
  const kernel = new TestKernel("seeded");
  const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
  const first = { space: undefined as CrashingSpace | undefined };
  const one = await TestCentre.open(store, kernel.clock, {
    settings,
    node: "n1",
    wrap: (space) => {
      first.space = new CrashingSpace(space, at, when, () => void kernel.system.stopActor(actors));
      return first.space.space;
    },
  });
  const other = await TestCentre.open(store, kernel.clock, { settings, node: "n2" });
  const actors = one.start(kernel.system, "one");
  const crashing = first.space;
  assert.ok(crashing !== undefined);
  let started = false;
  /** The centre that lives. */
  const living = (): TestCentre => {
    if (!crashing.isDead) return one;
    if (!started) other.start(kernel.system, "other");
    started = true;
    return other;
  };
  const relayOf = (): TestRelay => new TestRelay(living().desk, kinds);
  while (!(await tried(() => relayOf().announce())));
  for (const text of ["one", "two", silent]) {
    while (!(await tried(() => living().submit(text, { callbackUrl: `http://127.0.0.1/${text}` }))));
  }

  for (let round = 0; round < 8; round += 1) {
    await tried(() => relayOf().announce());
    await tried(async () => {
      const relay = relayOf();
      const tasks = await relay.fetch();
      const answered = tasks.filter(({ object, kind }) => object.size !== silent.length || kind !== "yara");
      await relay.answer(answered, ({ kind }) => (kind === "yara" ? black : white));
    });
    await kernel.advance(1_000);
  }
  // A claim that the dead one had on a callback runs out.
  if ((await other.space.queue.counts("callback")).claimed > 0) await kernel.advance(32_000);
  await check(store);
  assert.deepEqual(
    new Set([...one.callbacks, ...other.callbacks].map(({ url }) => url)),
    new Set(["one", "two", silent].map((text) => `http://127.0.0.1/${text}`)),
  );
  await kernel.complete(kernel.system.stop());
  one.folder.remove();
  other.folder.remove();
  return { writes: crashing.writes, crashed: crashing.isDead };
};

/** Each task was decided, and once. */
const check = async (store: Store): Promise<void> => {
  const space = store.space(detectSpace);
  const tasks = (await space.records.list("task/")).rows;
  assert.equal(tasks.length, 3);
  const decided = (await space.records.list("history/")).rows.map(({ key }) => key.slice(key.indexOf("-t-") + 1));
  assert.deepEqual(decided.toSorted(), tasks.map(({ key }) => key.slice("task/".length)).toSorted());
  assert.deepEqual((await space.records.list("flight/")).rows, []);
  assert.deepEqual((await space.records.list("answer/")).rows, []);
  for (const queue of ["decide", "deadline", "callback", "kind-digest", "kind-yara"]) {
    const { waiting, delayed, claimed, dead } = await space.queue.counts(queue);
    assert.deepEqual(
      { queue, waiting, delayed, claimed, dead },
      { queue, waiting: 0, delayed: 0, claimed: 0, dead: 0 },
    );
  }
};

describe("a detection centre that dies at any of its writes", function () {
  this.timeout(60_000);
  // Every write in one of the two ways: both ways at each take twice as long and have found no more.
  for (const [when, from] of [
    ["before", 1],
    ["after", 2],
  ] as const) {
    it(`${when} the write: each task is decided once all the same, and its requester told`, async () => {
      const { writes, crashed } = await run(Infinity, when);
      assert.equal(crashed, false);
      assert.ok(writes > 40, `${writes} writes are no test`);
      for (let at = from; at <= writes; at += 2) {
        assert.equal((await run(at, when)).crashed, true, `write ${at} of ${writes}`);
      }
    });
  }
});
