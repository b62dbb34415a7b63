import assert from "node:assert/strict";
import { BundleStore, Scans, subtaskQueue, taskQueue } from "../../../src/actors/scan/index.ts";
import { retentionProps } from "../../../src/actors/scan/retention/retention.ts";
import type { ScanRetention } from "../../../src/actors/scan/setup.ts";
import type { Claim, Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { TestKernel } from "../../support/kernel.ts";
import { bundle, settings, specOf } from "../../support/scan-node.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bytes = Buffer.alloc(400_000, "templates");

describe("the retention of scans and bundles", function () {
  this.timeout(5_000);
  let kernel: TestKernel;
  let space: Space;
  let scans: Scans;
  let bundles: BundleStore;
  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    space = openMemoryStore(createMemoryDatabase({ clock: kernel.clock })).space("scan");
    [scans, bundles] = [new Scans(space, kernel.clock), new BundleStore(space, kernel.clock)];
    await bundles.put(bundle, bytes);
  });
  afterEach(() => kernel.complete(kernel.system.stop()));

  const startRetention = (retainMs: number, name = "retention", retention?: Partial<ScanRetention>): void => {
    const engine = {
      decompose: () => Promise.resolve([]),
      split: () => Promise.resolve([]),
      run: () => Promise.reject(new Error("it runs nothing")),
    };
    const more = { scanBytes: undefined, bundleMs: dayMs, bundleBytes: undefined, ...retention };
    const withRetention = { ...settings, retainMs, retention: more };
    const setup = { space, engine, settings: withRetention, owner: name, notify: () => undefined };
    kernel.system.spawn(retentionProps(setup), name);
  };
  const claim = async (id: string, queue = taskQueue): Promise<Claim> => {
    const request = { queue, owner: "n", slots: 1, leaseMs: 1_000, holding: 0, ids: [id] };
    const [only] = (await space.queue.claim(request)).claims;
    if (only === undefined) throw new Error(`${id} was not there to be claimed`);
    return only;
  };
  const fail = async (queue: string, id: string): Promise<void> => {
    const held = await claim(id, queue);
    await space.commit(undefined, [{ type: "release", claim: held, reason: "failed", error: "no templates" }]);
  };
  const addSubtask = (group: string, id: string): Promise<unknown> =>
    space.queue.add(subtaskQueue, [
      { id, body: { taskId: group, ...specOf(group), priority: 100, templates: ["t"], requests: 1 }, group },
    ]);
  /** What is left of a scan, and of everything else, by key. */
  const keys = async (): Promise<readonly string[]> =>
    (await space.records.list("", { limit: 1_000 })).rows.map(({ key }) => key);
  /** Passes time in which nothing happens but retention. */
  const pass = async (ms: number): Promise<void> => {
    kernel.clock.advance(ms - 120_000);
    await kernel.advance(120_000);
  };

  it("forgets a scan with all that it left, and its bundle, when both were not used for long", async () => {
    startRetention(2 * dayMs);
    await scans.submit("a", specOf("a"));
    const finding = (n: number) => ({ type: "put", key: `finding/a/a.000000/${n}`, value: { n } }) as const;
    await space.commit(
      undefined,
      Array.from({ length: 900 }, (_, n) => finding(n)),
    );
    await scans.cancel("a");
    await pass(dayMs);
    assert.equal((await scans.get("a"))?.state, "cancelled");
    assert.equal((await scans.findings("a", { limit: 1 })).rows.length, 1);
    await pass(dayMs + hourMs);
    assert.equal(await scans.get("a"), undefined);
    assert.deepEqual(await keys(), []);
  });

  it("keeps a bundle while a scan uses it, and one that was put or used lately", async () => {
    startRetention(40 * dayMs);
    await scans.submit("a", specOf("a"));
    await pass(30 * dayMs);
    assert.deepEqual(await bundles.get(bundle), bytes);
    const unused = "1".repeat(64);
    await bundles.put(unused, bytes);
    await pass(dayMs - hourMs);
    assert.equal(await bundles.has(unused), true);
    await bundles.put(unused, bytes);
    await pass(dayMs - hourMs);
    assert.equal(await bundles.has(unused), true);
    await pass(2 * hourMs);
    assert.equal(await bundles.has(unused), false);
    assert.equal(
      (await keys()).some((key) => key.includes(unused)),
      false,
    );
    assert.equal(await bundles.has(bundle), true);
  });

  it("writes down the end of a scan that was given up when nobody was there to do so", async () => {
    startRetention(40 * dayMs);
    await scans.submit("a", specOf("a"));
    for (let failure = 0; failure < 5; failure += 1) await fail(taskQueue, "a");
    const before = await scans.get("a");
    assert.deepEqual([before?.state, before?.lastError, before?.endedAtMs], ["dead", "no templates", undefined]);
    await kernel.advance(61_000);
    const after = await scans.get("a");
    assert.deepEqual([after?.state, after?.lastError], ["dead", "no templates"]);
    assert.notEqual(after?.endedAtMs, undefined);
    await space.queue.replay(taskQueue, ["a"]);
    assert.equal((await scans.get("a"))?.state, "waiting", "someone has put it back");
    assert.equal(await scans.cancel("a"), true);
  });

  it("completes a cancel that was interrupted: what is left of the scan has no effect any more", async () => {
    startRetention(40 * dayMs);
    await scans.submit("a", specOf("a"));
    await addSubtask("a", "a.000000");
    await space.groups.cancel("a.scan");
    await kernel.advance(61_000);
    assert.equal((await scans.get("a"))?.state, "cancelled");
    assert.equal((await space.queue.get(subtaskQueue, "a.000000"))?.status, "cancelled");
    assert.equal((await scans.get("a"))?.summary?.subtasks.cancelled, 1);
  });

  it("does not forget a scan while a subtask that it gave up can be put back", async () => {
    startRetention(dayMs);
    await scans.submit("a", specOf("a"));
    await addSubtask("a", "a.000000");
    for (let failure = 0; failure < 5; failure += 1) await fail(subtaskQueue, "a.000000");
    await scans.cancel("a");
    await pass(10 * dayMs);
    assert.equal((await scans.get("a"))?.state, "cancelled");
    await pass(30 * dayMs);
    assert.equal(await scans.get("a"), undefined);
    assert.equal(await space.groups.get("a"), undefined);
  });

  it("leaves nothing to do of a scan that was given up before all of it was planned", async () => {
    startRetention(dayMs);
    await scans.submit("a", specOf("a"));
    await addSubtask("a", "a.000000");
    for (let failure = 0; failure < 5; failure += 1) await fail(taskQueue, "a");
    await pass(hourMs);
    assert.equal((await scans.get("a"))?.state, "dead");
    await pass(31 * dayMs);
    assert.equal((await space.queue.counts(subtaskQueue)).waiting, 0);
    await pass(2 * dayMs);
    await pass(2 * dayMs);
    assert.equal(await scans.get("a"), undefined);
    assert.equal(await space.groups.get("a"), undefined);
  });

  it("does not forget an id before the queue has: the same scan again is known", async () => {
    startRetention(1_000);
    await scans.submit("a", specOf("a"));
    await scans.cancel("a");
    await pass(hourMs);
    assert.deepEqual(await scans.submit("a", specOf("a")), { known: true });
  });

  it("forgets the oldest scans first when findings have more bytes than they may, a day after their end at the soonest", async () => {
    startRetention(40 * dayMs, "retention", { scanBytes: 250_000 });
    for (const id of ["a", "b", "c", "d"]) {
      await scans.submit(id, specOf(id));
      const put = (n: number) =>
        ({ type: "put", key: `finding/${id}/${id}.000000/${n}`, value: "x".repeat(1_000) }) as const;
      await space.commit(
        undefined,
        Array.from({ length: 100 }, (_, n) => put(n)),
      );
      await scans.cancel(id);
      await pass(hourMs);
    }
    const kept = async (): Promise<readonly string[]> => (await scans.list({ limit: 10 })).rows.map(({ id }) => id);
    await pass(dayMs - 4 * hourMs);
    assert.deepEqual(await kept(), ["a", "b", "c", "d"], "the queue still knows them");
    await pass(4 * hourMs);
    assert.deepEqual(await kept(), ["c", "d"]);
    assert.equal(
      (await keys()).some((key) => key.startsWith("finding/a") || key.startsWith("report/a")),
      false,
    );
    await pass(30 * dayMs);
    assert.deepEqual(await kept(), ["c", "d"], "what is left is within the bytes");
    assert.equal((await scans.findings("c", { limit: 1 })).rows.length, 1);
  });

  it("forgets the bundles that were unused for longest when all have more bytes than they may", async () => {
    startRetention(40 * dayMs, "retention", { bundleMs: 30 * dayMs, bundleBytes: 900_000 });
    await scans.submit("a", specOf("a"));
    const unused = ["1", "2", "3"].map((digit) => digit.repeat(64));
    for (const hash of unused) {
      await bundles.put(hash, bytes);
      await pass(2 * hourMs);
    }
    await pass(2 * hourMs);
    const there = await Promise.all([bundle, ...unused].map((hash) => bundles.has(hash)));
    // One is in use, one more of 400,000 bytes has room beside it.
    assert.deepEqual(there, [true, false, false, true]);
  });

  it("of several nodes one works at a time", async () => {
    const names = ["n1", "n2", "n3"];
    for (const name of names) startRetention(2 * dayMs, name);
    for (let n = 0; n < 120; n += 1) {
      await scans.submit(`s${n}`, specOf(`s${n}`));
      await scans.cancel(`s${n}`);
    }
    await pass(3 * dayMs);
    await kernel.advance(300_000);
    assert.deepEqual(await keys(), []);
    assert.equal(kernel.system.counters().failures, 0);
  });
});
