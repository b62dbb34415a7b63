import assert from "node:assert/strict";
import { BundleStore, Scans, subtaskQueue, taskQueue, type ScanState } from "../../../../src/actors/scan/index.ts";
import type { Claim, Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { bundle, specOf } from "../../../support/scan-node.ts";

describe("the scans of a space", () => {
  let clock: ManualClock;
  let space: Space;
  let scans: Scans;
  beforeEach(async () => {
    clock = new ManualClock();
    space = openMemoryStore(createMemoryDatabase({ clock })).space("scan");
    scans = new Scans(space, clock);
    await new BundleStore(space, clock).put(bundle, Buffer.from("templates"));
  });

  const claim = async (): Promise<Claim> => {
    const request = { queue: taskQueue, owner: "n", slots: 1, leaseMs: 1_000, holding: 0 };
    const [first] = (await space.queue.claim(request)).claims;
    if (first === undefined) throw new Error("there was nothing to claim");
    return first;
  };
  const stateOf = async (id: string): Promise<ScanState | undefined> => (await scans.get(id))?.state;

  it("stores task, spec and order of submission in one step; the same again changes nothing", async () => {
    assert.deepEqual(await scans.submit("a", specOf("a"), 7), { known: false });
    const before = await space.revision();
    assert.deepEqual(await scans.submit("a", specOf("a"), 7), { known: true });
    assert.equal(await space.revision(), before);
    const view = await scans.get("a");
    assert.deepEqual(view, {
      ...{ id: "a", spec: specOf("a"), priority: 7, state: "waiting", submittedAtMs: clock.wallMs() },
      subtasks: { planned: 0, done: 0, failed: 0, cancelled: 0, dead: 0 },
      ...{ plannedRequests: 0, endedRequests: 0, findings: 0 },
    });
  });

  it("refuses an id that another scan has", async () => {
    await scans.submit("a", specOf("a"));
    await assert.rejects(scans.submit("a", specOf("b")), { code: "id-taken" });
    await assert.rejects(scans.submit("a", specOf("a"), 1), { code: "id-taken" });
    await assert.rejects(scans.submit("a", specOf("a", { retries: 3 })), { code: "id-taken" });
  });

  it("refuses what it cannot keep its promises for", async () => {
    const missing = { ...specOf("a"), bundle: "f".repeat(64) };
    await assert.rejects(scans.submit("a", missing), { code: "bundle-unknown" });
    for (const id of ["", "A", "a".repeat(58), "a.scan", "-a", "a/b"]) {
      await assert.rejects(scans.submit(id, specOf("a")), { code: "invalid" });
      await assert.rejects(scans.get(id), { code: "invalid" });
    }
    await assert.rejects(scans.submit("a", specOf("a"), 256), { code: "invalid" });
    await assert.rejects(scans.submit("a", specOf("a", { rateLimit: 0 })), { code: "invalid" });
    await assert.rejects(scans.submit("a", specOf("a", { variables: { big: "x".repeat(20_000) } })), {
      code: "invalid",
    });
    assert.equal(await scans.get("a"), undefined);
    assert.equal((await space.queue.counts(taskQueue)).waiting, 0);
  });

  it("takes the longest id, and hands out scans by priority, then in order", async () => {
    const long = "x".repeat(57);
    await scans.submit("late", specOf("late"), 200);
    await scans.submit(long, specOf("b"));
    await scans.submit("first", specOf("first"), 1);
    assert.deepEqual([(await claim()).id, (await claim()).id, (await claim()).id], ["first", long, "late"]);
  });

  it("16 clients that submit the same 50 scans store each one once", async () => {
    const clients = Array.from({ length: 16 }, () => new Scans(space, clock));
    // The head of the bundle is due to be marked as used: all of them want to write it.
    clock.advance(3_600_000);
    const answers = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 50 }, (_, n) => client.submit(`s${n}`, specOf(`s${n}`)))),
    );
    assert.equal(answers.filter(({ known }) => !known).length, 50);
    assert.equal((await space.queue.counts(taskQueue)).waiting, 50);
  });

  it("lists scans in the order of submission, in pages, by state", async () => {
    for (let n = 0; n < 45; n += 1) {
      await scans.submit(`s${n}`, specOf(`s${n}`));
      clock.advance(1);
    }
    for (const id of ["s3", "s40"]) await scans.cancel(id);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await scans.list({ limit: 10, ...(after === undefined ? {} : { after }) });
      assert.ok(page.rows.length <= 10);
      seen.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(
      seen,
      Array.from({ length: 45 }, (_, n) => `s${n}`),
    );
    const cancelled = await scans.list({ states: ["cancelled"] });
    assert.deepEqual(
      cancelled.rows.map(({ id }) => id),
      ["s3", "s40"],
    );
  });

  it("a paused scan is not handed out until it is resumed; one that is under way stays so until its holder looks", async () => {
    for (const id of ["a", "b"]) await scans.submit(id, specOf(id));
    assert.equal((await scans.pause("a"))?.state, "paused");
    const held = await claim();
    assert.equal(held.id, "b");
    await assert.rejects(claim, /nothing to claim/);
    assert.equal((await scans.pause("b"))?.state, "paused");
    assert.equal((await scans.resume("b"))?.state, "running");
    assert.equal((await scans.resume("a"))?.state, "waiting");
    assert.equal((await claim()).id, "a");
  });

  it("cancels once, with everything the scan had, and writes down how far it got", async () => {
    await scans.submit("a", specOf("a"));
    const held = await claim();
    const subtask = { taskId: "a", ...specOf("a"), priority: 100, templates: ["t"], requests: 1 };
    await space.commit({ type: "claim", claim: held }, [
      { type: "add", queue: subtaskQueue, item: { id: "a.000000", group: "a", body: subtask } },
    ]);
    assert.equal(await scans.cancel("a"), true);
    assert.equal(await scans.cancel("a"), false);
    const late = space.commit({ type: "claim", claim: held }, [{ type: "finish", claim: held, outcome: "done" }]);
    await assert.rejects(late, { code: "stale-guard" });
    const view = await scans.get("a");
    assert.equal(view?.state, "cancelled");
    assert.equal(view.endedAtMs, clock.wallMs());
    assert.deepEqual(view.subtasks, { planned: 1, done: 0, failed: 0, cancelled: 1, dead: 0 });
    assert.equal(view.summary?.complete, false);
    assert.equal((await scans.pause("a"))?.state, "cancelled");
  });

  it("stops what a scan that was given up has left in the second queue; with nothing left it stays as it is", async () => {
    for (const id of ["a", "b"]) {
      await scans.submit(id, specOf(id));
      for (let failure = 0; failure < 5; failure += 1) {
        await space.commit(undefined, [{ type: "release", claim: await claim(), reason: "failed" }]);
      }
      assert.equal(await stateOf(id), "dead");
    }
    await space.queue.add(subtaskQueue, [{ id: "a.000000", body: null, group: "a" }]);
    assert.equal(await scans.cancel("a"), true);
    assert.equal((await space.queue.get(subtaskQueue, "a.000000"))?.status, "cancelled");
    assert.equal(await stateOf("a"), "cancelled");
    assert.equal(await scans.cancel("b"), false);
    assert.equal(await stateOf("b"), "dead");
  });

  it("a cancel that was interrupted is completed by the next one", async () => {
    await scans.submit("a", specOf("a"));
    await space.groups.cancel("a.scan");
    assert.equal(await stateOf("a"), "cancelled");
    assert.equal(await scans.cancel("a"), true);
    assert.equal((await space.groups.get("a"))?.cancelRequested, true);
    assert.notEqual((await scans.get("a"))?.endedAtMs, undefined);
  });

  it("knows no scan that was never submitted", async () => {
    assert.deepEqual(
      [await scans.get("a"), await scans.pause("a"), await scans.resume("a"), await scans.cancel("a")],
      [undefined, undefined, undefined, undefined],
    );
  });

  it("leaves no group behind when a scan has ended and is forgotten", async () => {
    await scans.submit("a", specOf("a"));
    const held = await claim();
    await space.commit({ type: "claim", claim: held }, [{ type: "finish", claim: held, outcome: "done" }]);
    clock.advance(25 * 3_600_000);
    await scans.submit("b", specOf("b"));
    await claim();
    assert.equal(await space.groups.get("a.scan"), undefined);
  });
});
