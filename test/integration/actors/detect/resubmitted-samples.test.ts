import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { FetchedTask } from "../../../../src/actors/detect/index.ts";
import type { ScanResult } from "../../../../src/engines/malware/index.ts";
import type { Store } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, sha256Of, white, type CentreOptions } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const sha256 = sha256Of("hello");
const gone: ScanResult = { outcome: "error", failure: "missing-object", message: "no node has it" };
const callbackUrl = "http://127.0.0.1:9/verdict";

describe("a sample that is submitted again after its bytes were gone", () => {
  let kernel: TestKernel;
  let store: Store;
  let centre: TestCentre;
  let relay: TestRelay;
  const down = new Set<string>();

  const open = async (options: CentreOptions = {}): Promise<void> => {
    down.clear();
    kernel = new TestKernel("seeded");
    store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    const addressOf = (id: string): string | undefined => (down.has(id) ? undefined : `${id}:1`);
    centre = await TestCentre.open(store, kernel.clock, { addressOf, ...options });
    centre.start(kernel.system);
    relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
  };

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  /** New rules are there: what was decided holds no more. */
  const update = async (signatureVersion: string): Promise<void> => {
    relay.kinds = [offer("digest"), offer("yara", { signatureVersion })];
    await relay.announce();
    await kernel.advance(500);
  };
  const decided = async (): Promise<void> => {
    await centre.submit("hello");
    await work(white);
    assert.equal((await told()).trust, "white");
  };
  const work = async (result: ScanResult): Promise<number> => {
    const done = await relay.work(() => result);
    await kernel.advance(500);
    return done;
  };
  const told = async () => {
    const { state, decision, sampleHere, sampleLost = "" } = await centre.verdict(sha256);
    return {
      state,
      trust: decision?.trust,
      reasons: decision?.missing.flatMap(({ reasons }) => reasons),
      sampleHere,
      sampleLost,
    };
  };
  const answerGone = async (tasks: readonly FetchedTask[]): Promise<void> => {
    await relay.answer(tasks, () => gone);
    await kernel.advance(500);
  };
  const onceEach = (): void =>
    assert.deepEqual(
      [...centre.decisions.values()].filter((times) => times !== 1),
      [],
    );

  it("is looked at again at once, however lately that failed for want of them", async () => {
    await open();
    await decided();
    await update("2");
    await work(gone);
    const failed = await told();
    assert.deepEqual([failed.state, failed.trust], ["decided", "unknown"]);
    assert.match(failed.reasons?.join() ?? "", /no node has it/);
    const again = await centre.submit("hello");
    assert.equal(again.known, false);
    assert.equal((await told()).state, "refreshing");
    assert.equal(await work(white), 2);
    assert.deepEqual([(await told()).state, (await told()).trust], ["decided", "white"]);
    onceEach();
  });

  for (const url of [undefined, callbackUrl]) {
    it(`is looked at when the task that it joins has failed for want of them ${url === undefined ? "" : "(callback)"}`, async () => {
      await open();
      await decided();
      await update("2");
      const tasks = await relay.fetch();
      assert.equal(tasks.length, 2);
      const joined = await centre.submit("hello", url === undefined ? {} : { callbackUrl: url });
      assert.deepEqual([joined.known, joined.taskId], [true, tasks[0]?.taskId]);
      await answerGone(tasks);
      assert.deepEqual([(await told()).state, (await told()).trust], ["refreshing", undefined], "who waits, waits on");
      assert.equal(await work(white), 2);
      assert.deepEqual([(await told()).state, (await told()).trust], ["decided", "white"]);
      await kernel.advance(5_000);
      assert.deepEqual(
        centre.callbacks.map(({ verdict }) => verdict.decision?.trust),
        url === undefined ? [] : ["white"],
      );
      onceEach();
    });
  }

  it("ends what is left of the task that finds out at once, and says why", async () => {
    await open();
    await decided();
    await update("2");
    const tasks = await relay.fetch();
    const [first] = tasks;
    assert.ok(first);
    for (const task of tasks.slice(1)) await relay.giveBack(task, "failed", "missing-object: no node is up");
    rmSync(join(centre.folder.path, sha256.slice(0, 2), sha256));
    await assert.rejects(readAll(), { code: "not-found" });
    await answerGone([first]);
    assert.deepEqual(await relay.fetch(), []);
    await kernel.advance(500);
    const { state, trust, reasons } = await told();
    assert.deepEqual([state, trust], ["decided", "unknown"]);
    assert.match(reasons?.join() ?? "", /missing-object: its file is gone from the disk/);
    assert.equal((await centre.submit("hello")).known, false);
    assert.equal(await work(white), 2);
    assert.equal((await told()).trust, "white");
    onceEach();
  });

  it("is looked at when the task that it joins was given up for want of them", async () => {
    await open();
    await decided();
    await update("2");
    await centre.submit("hello");
    for (let tries = 0; tries < 5; tries += 1) {
      for (const task of await relay.fetch()) await relay.giveBack(task, "failed", "missing-object: nothing came");
      await relay.announce();
      await kernel.advance(500);
    }
    assert.equal((await told()).state, "refreshing");
    assert.equal(await work(white), 2);
    assert.equal((await told()).trust, "white");
    onceEach();
  });

  it("is not looked at for ever when its bytes are gone again", async () => {
    await open();
    await decided();
    await update("2");
    const tasks = await relay.fetch();
    await centre.submit("hello");
    await answerGone(tasks);
    assert.equal(await work(gone), 2);
    assert.equal(await work(gone), 0);
    assert.deepEqual([(await told()).state, (await told()).trust], ["decided", "unknown"]);
  });

  it("is not made anew while no node that has it is up, and that is told", async () => {
    await open();
    await decided();
    down.add("n1");
    await update("2");
    const { state, sampleHere, sampleLost } = await told();
    assert.deepEqual([state, sampleHere], ["unknown", false]);
    assert.match(sampleLost, /not up: n1/);
    assert.equal((await relay.fetch()).length, 0);
    const other = await TestCentre.open(store, kernel.clock, { ...centre.setup, node: "n2" });
    await other.submit("hello");
    other.folder.remove();
    assert.equal(await work(white), 2);
    assert.equal((await told()).trust, "white");
  });

  it("is made anew when the node that has it is up again", async () => {
    await open();
    await decided();
    down.add("n1");
    await update("2");
    down.clear();
    for (let seconds = 0; seconds < 62; seconds += 2) {
      await relay.announce();
      await kernel.advance(2_000);
    }
    assert.equal(await work(white), 2);
    assert.equal((await told()).trust, "white");
  });

  for (const [what, lose, why] of [
    ["lost", async () => void (await readAll().catch(() => undefined)), /gone from the disk/],
    ["old", () => kernel.advance(60_000), /nobody .*for long/],
  ] as const) {
    it(`says why a verdict is not made anew: ${what}`, async () => {
      await open({ settings: { sampleRetainMs: 10_000 } });
      await decided();
      rmSync(join(centre.folder.path, sha256.slice(0, 2), sha256));
      await lose();
      await update("2");
      const { state, sampleHere, sampleLost } = await told();
      assert.deepEqual([state, sampleHere], ["unknown", false]);
      assert.match(sampleLost, why);
      assert.equal((await relay.fetch()).length, 0);
    });
  }

  const readAll = async (): Promise<void> => {
    for await (const chunk of centre.samples.read(sha256, new AbortController().signal)) assert.ok(chunk);
  };
});
