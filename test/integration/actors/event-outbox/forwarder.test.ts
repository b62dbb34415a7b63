import assert from "node:assert/strict";
import { guardEventsProps } from "../../../../src/actors/guard/events/guard-events.ts";
import { guardEventQueue, guardSpace, type GuardEvent } from "../../../../src/actors/guard/work.ts";
import { Events, RespondHints, respondSpace, type EventView } from "../../../../src/actors/respond/index.ts";
import type { Clock } from "../../../../src/base/clock.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { ActorSystem } from "../../../../src/kernel/index.ts";
import { openEmbeddedStore } from "../../../../src/store/embedded/index.ts";
import type { Space, Store } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { CrashingSpace } from "../../../support/crashing-space.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { startStoreThread } from "../../../support/store-thread.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";
import { catalogOf } from "../respond/respond-node.ts";

const raised = (id: string, facts: Partial<GuardEvent> = {}): GuardEvent => ({
  ...{ id, kind: "crossing", key: { rule: 7, field: "ip", subject: "192.0.2.7" }, ruleName: "failed-logins" },
  ...{ action: "deny", shadow: false, pending: false, untilMs: 1_000, atMs: 500, reason: "21 in 60 s", by: "" },
  ...facts,
});

const add = async (space: Space, ...events: readonly GuardEvent[]): Promise<void> => {
  await space.commit(
    undefined,
    events.map((body) => ({ type: "add", queue: guardEventQueue, item: { id: body.id, body } })),
  );
};

const eventsOf = (space: Space, clock: Clock, mostWaiting = 1_000): Events =>
  new Events({
    ...{ space, clock, mostWaiting, retainMs: 86_400_000, hints: new RespondHints() },
    catalog: { current: () => catalogOf([]) },
  });

const listed = async (events: Events): Promise<readonly EventView[]> => {
  const rows: EventView[] = [];
  let after: string | undefined;
  do {
    const page = await events.list(after === undefined ? {} : { after });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return rows;
};

const waiting = async (space: Space): Promise<number> => {
  const { waiting, delayed, claimed, dead } = await space.queue.counts(guardEventQueue);
  return waiting + delayed + claimed + dead;
};

describe("events that interceptions raise", () => {
  let kernel: TestKernel;
  let store: Store;
  let guard: Space;
  beforeEach(() => {
    kernel = new TestKernel("seeded");
    store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    guard = store.space(guardSpace);
  });
  afterEach(() => kernel.complete(kernel.system.stop()));

  it("name their subject as other events do, and what led to them", async () => {
    const events = eventsOf(store.space(respondSpace), kernel.clock);
    kernel.system.spawn(
      guardEventsProps({ space: guard, owner: "n1", accept: (some) => events.accept(some) }),
      "events",
    );
    const cause = { chain: ["edr/a block-it"] };
    const manual = { rule: 0, field: "account", subject: "mallory" };
    const block = raised("b", { kind: "block", key: manual, by: "playbook r1-2", cause });
    // A field may be called whatever objects have.
    const odd = raised("c", { key: { rule: 7, field: "constructor", subject: "eve" } });
    await add(guard, raised("a"), block, odd);
    await kernel.advance(1_000);
    const [crossed, blocked, oddly] = (await listed(events))
      .map(({ event }) => event)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const interception = { action: "deny", shadow: false, pending: false, reason: "21 in 60 s", by: "" };
    assert.deepEqual(crossed, {
      ...{ id: "guard-a", source: "garrison", kind: "guard-crossing", occurredAtMs: 500 },
      logsource: { product: "garrison", service: "guard" },
      data: {
        ...{ field: "ip", subject: "192.0.2.7", source: { ip: "192.0.2.7" } },
        rule: { id: "7", name: "failed-logins" },
        interception: { ...interception, until: "1970-01-01T00:00:01.000Z" },
      },
    });
    assert.deepEqual(
      [blocked?.kind, blocked?.cause, blocked?.data["user"]],
      ["guard-block", cause, { name: "mallory" }],
    );
    assert.deepEqual(Object.keys(oddly?.data ?? {}).toSorted(), ["field", "interception", "rule", "subject"]);
  });

  it("wait as long as too many events do, and are not given up", async () => {
    const full = eventsOf(store.space(respondSpace), kernel.clock, 1);
    await full.accept([{ id: "x", source: "edr", kind: "test", data: {} }]);
    let events = full;
    kernel.system.spawn(
      guardEventsProps({ space: guard, owner: "n1", accept: (some) => events.accept(some) }),
      "events",
    );
    await add(guard, raised("a"), raised("b"));
    await kernel.advance(60_000);
    assert.equal((await guard.queue.counts(guardEventQueue)).dead, 0);
    assert.equal(await waiting(guard), 2);
    events = eventsOf(store.space(respondSpace), kernel.clock);
    await kernel.advance(2_000);
    assert.deepEqual([await waiting(guard), (await listed(events)).length], [0, 3]);
  });

  it("one that cannot be read holds up no other, and is given up", async () => {
    const events = eventsOf(store.space(respondSpace), kernel.clock);
    kernel.system.spawn(
      guardEventsProps({ space: guard, owner: "n1", accept: (some) => events.accept(some) }),
      "events",
    );
    await guard.queue.add(guardEventQueue, [{ id: "bad", body: { kind: "crossing" } }]);
    await add(guard, raised("a"));
    await kernel.advance(60_000);
    assert.equal((await listed(events)).length, 1);
    assert.equal((await guard.queue.counts(guardEventQueue)).dead, 1);
  });

  for (const when of ["before", "after"] as const) {
    it(`are stored once, though who forwards them dies ${when} any of its writes`, async () => {
      /** @returns writes until it was done, or died */
      const run = async (at: number): Promise<number> => {
        const test = new TestKernel("seeded");
        const open = openMemoryStore(createMemoryDatabase({ clock: test.clock }));
        const events = eventsOf(open.space(respondSpace), test.clock);
        const statuses: string[] = [];
        const accept = async (some: Parameters<Events["accept"]>[0]): Promise<void> => {
          const { results } = await events.accept(some);
          statuses.push(...results.map(({ status }) => status));
        };
        const space = open.space(guardSpace);
        await add(space, raised("a"), raised("b"), raised("c"));
        const crashing = new CrashingSpace(space, at, when, () => void test.system.stopActor(first));
        const first = test.system.spawn(guardEventsProps({ space: crashing.space, owner: "n1", accept }), "one");
        await test.advance(500);
        test.system.spawn(guardEventsProps({ space, owner: "n2", accept }), "other");
        // What the dead one had claimed runs out.
        await test.advance(40_000);
        assert.equal(await waiting(space), 0, `write ${at}`);
        assert.deepEqual((await listed(events)).map(({ key }) => key).toSorted(), [
          "garrison/guard-a",
          "garrison/guard-b",
          "garrison/guard-c",
        ]);
        assert.equal(statuses.filter((status) => status === "accepted").length, 3, `write ${at}`);
        await test.complete(test.system.stop());
        return crashing.writes;
      };
      const writes = await run(Infinity);
      assert.ok(writes >= 4, `${writes} writes are no test`);
      for (let at = 1; at <= writes; at += 1) await run(at);
    });
  }
});

describe("events that interceptions raise, on an embedded store", function () {
  this.timeout(60_000);

  it("are stored once by two nodes whose forwarders are killed while they work", async () => {
    const directory = tempDir("event-outbox");
    const stores: Store[] = [];
    const system = new ActorSystem({
      ...{ node: "test", log: new CapturedLog().logger, clock: systemClock, random: systemRandom },
    });
    const accepted: string[] = [];
    const open = async (name: string): Promise<Store> => {
      const store = await openEmbeddedStore({
        ...{ directory: directory.path, clock: systemClock, startThread: startStoreThread },
      });
      stores.push(store);
      const events = eventsOf(store.space(respondSpace), systemClock);
      let calls = 0;
      const accept: Parameters<typeof guardEventsProps>[0]["accept"] = async (some) => {
        const { results } = await events.accept(some);
        accepted.push(...results.filter(({ status }) => status === "accepted").map(({ key }) => key));
        calls += 1;
        // It is stored, and nobody has finished its item.
        if (calls % 20 === 0) system.kill(`/${name}`, "a test");
      };
      system.spawn(guardEventsProps({ space: store.space(guardSpace), owner: name, accept }), name);
      return store;
    };
    try {
      const [store] = [await open("n1"), await open("n2")];
      const space = store.space(guardSpace);
      for (let from = 0; from < 150; from += 30) {
        await add(space, ...Array.from({ length: 30 }, (_, at) => raised(`e${from + at}`)));
      }
      let left = 0;
      await until(
        async () => (left = await waiting(space)) === 0,
        () => left,
        45_000,
      );
      const events = eventsOf(store.space(respondSpace), systemClock);
      assert.equal((await listed(events)).length, 150);
      assert.equal(new Set(accepted).size, 150);
      assert.equal(accepted.length, 150);
    } finally {
      await system.stop();
      for (const store of stores) await store.close();
      directory.remove();
    }
  });
});
