import assert from "node:assert/strict";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const callbackUrl = "http://127.0.0.1/told";

describe("a decision that is given up", function () {
  this.timeout(20_000);
  let kernel: TestKernel;
  let centre: TestCentre;
  let relay: TestRelay;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, { settings: { deadlineMs: 20_000 } });
    relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
  });

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const rows = async (prefix: string) => (await centre.space.records.list(prefix)).rows;

  /** A task of which one answer cannot be read: its decision becomes a dead letter. */
  const undecidable = async (letters = 1): Promise<{ readonly sha256: string; readonly taskId: string }> => {
    const submitted = await centre.submit("hello", { callbackUrl });
    const tasks = await relay.fetch();
    assert.equal(tasks.length, 2);
    await relay.answer(tasks.slice(0, 1), () => white);
    const [answer] = await rows(`answer/${submitted.taskId}/`);
    assert.ok(answer !== undefined);
    await centre.space.commit(undefined, [{ type: "put", key: answer.key, value: { from: "a later version" } }]);
    await relay.answer(tasks.slice(1), () => white);
    await kernel.advance(10_000);
    assert.equal((await centre.space.queue.counts("decide")).dead, letters);
    return submitted;
  };

  it("is an unknown, degraded verdict with the reason, and its requester is told once", async () => {
    centre.start(kernel.system);
    const { sha256, taskId } = await undecidable();
    const { state, decision, taskId: by } = await centre.verdict(sha256);
    assert.deepEqual({ state, by }, { state: "decided", by: taskId });
    assert.equal(decision?.trust, "unknown");
    assert.equal(decision.degraded, true);
    const [missing, ...others] = decision.missing;
    assert.deepEqual(others, []);
    assert.match(missing?.reasons.join() ?? "", /^no decision could be made: .*answer/s);
    assert.deepEqual(
      centre.callbacks.map(({ url, verdict }) => [url, verdict.decision?.trust]),
      [[callbackUrl, "unknown"]],
    );
    assert.deepEqual(await rows("flight/"), []);
  });

  for (const [how, ask] of [
    ["submits it", async () => (await centre.submit("hello")).known],
    [
      "asks for its digest",
      async (sha256: string) => {
        const asked = await centre.verdicts.check([{ algorithm: "sha256", hex: sha256 }], {
          scan: true,
          source: "a test",
        });
        return asked.some(({ state }) => state === "decided");
      },
    ],
  ] as const) {
    it(`frees its object: the next who ${how} starts anew`, async () => {
      centre.start(kernel.system);
      const { sha256, taskId } = await undecidable();
      await relay.announce();
      assert.equal(await ask(sha256), false);
      assert.equal((await centre.verdict(sha256)).state, "refreshing");
      assert.equal(await relay.work(() => white), 2);
      await kernel.advance(2_000);
      const verdict = await centre.verdict(sha256);
      assert.equal(verdict.decision?.trust, "white");
      assert.notEqual(verdict.taskId, taskId);
    });
  }

  it("is not made a second time when its dead letter is replayed", async () => {
    centre.start(kernel.system);
    const { sha256, taskId } = await undecidable();
    const before = await centre.verdict(sha256);
    assert.deepEqual(await centre.space.queue.replay("decide", [taskId]), [taskId]);
    await kernel.advance(10_000);
    assert.deepEqual(await centre.verdict(sha256), before);
    assert.equal((await rows(`history/${sha256}/`)).length, 1);
    assert.equal(centre.callbacks.length, 1);
    const { waiting, claimed, dead, done } = await centre.space.queue.counts("decide");
    assert.deepEqual({ waiting, claimed, dead, done }, { waiting: 0, claimed: 0, dead: 0, done: 1 });
  });

  it("does not keep other letters from being settled when its task cannot be read", async () => {
    centre.start(kernel.system);
    const broken = await centre.submit("broken");
    const tasks = await relay.fetch();
    await centre.space.commit(undefined, [{ type: "put", key: `task/${broken.taskId}`, value: { state: "later" } }]);
    await relay.answer(tasks, () => white);
    await kernel.advance(10_000);
    assert.equal((await centre.space.queue.counts("decide")).dead, 1);
    await relay.announce();
    const { sha256 } = await undecidable(2);
    assert.equal((await centre.verdict(sha256)).decision?.trust, "unknown");
    assert.equal((await rows("flight/")).length, 1, "of the one that cannot be read");
  });

  it("that a deadline could not be ordered does not keep a task open", async () => {
    const { sha256 } = await centre.submit("hello", { callbackUrl });
    await kernel.advance(21_000);
    for (let tries = 0; tries < 5; tries += 1) {
      const request = { queue: "deadline", owner: "x", slots: 1, leaseMs: 1_000, holding: 0 };
      const { claims } = await centre.space.queue.claim(request);
      const [claim] = claims;
      assert.ok(claim !== undefined);
      await centre.space.commit(undefined, [{ type: "release", claim, reason: "failed", error: "a bug" }]);
    }
    assert.equal((await centre.space.queue.counts("deadline")).dead, 1);
    await relay.announce();
    centre.start(kernel.system);
    await kernel.advance(4_000);
    const { state, decision } = await centre.verdict(sha256);
    assert.equal(state, "decided");
    assert.equal(decision?.degraded, true);
    assert.deepEqual(await rows("flight/"), []);
  });
});
