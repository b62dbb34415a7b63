import assert from "node:assert/strict";
import type { OfferedKind, VerdictView } from "../../../../src/actors/detect/index.ts";
import type { ScanResult } from "../../../../src/engines/malware/index.ts";
import type { Address } from "../../../../src/kernel/index.ts";
import type { Store } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import {
  TestCentre,
  TestRelay,
  black,
  offer,
  sha256Of,
  white,
  type CentreOptions,
} from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const kinds = (signatureVersion = "1"): readonly OfferedKind[] => [
  offer("digest"),
  offer("yara", { signatureVersion }),
];

const unavailable: ScanResult = { outcome: "error", failure: "unavailable", message: "it does not answer" };

describe("verdicts that do not hold any more", function () {
  this.timeout(10_000);
  let kernel: TestKernel;
  let store: Store;
  let centre: TestCentre;
  let relay: TestRelay;
  let actors: Address<never>;

  const open = async (options: CentreOptions = {}): Promise<void> => {
    kernel = new TestKernel("seeded");
    store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, options);
    actors = centre.start(kernel.system);
    relay = new TestRelay(centre.desk, kinds());
    await relay.announce();
  };

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const look = async (sha256: string, scan = false): Promise<VerdictView> => {
    const [view] = await centre.verdicts.check([{ algorithm: "sha256", hex: sha256 }], { scan, source: "a test" });
    assert.ok(view !== undefined);
    return view;
  };

  /** Time goes on while the relay lives and its detectors answer. */
  const work = async (ms: number, result: ScanResult): Promise<number> => {
    let done = 0;
    for (let leftMs = ms; leftMs > 0; leftMs -= 2_000) {
      await relay.announce();
      await kernel.advance(Math.min(leftMs, 2_000));
      done += await relay.work(() => result);
    }
    await kernel.advance(500);
    return done;
  };

  const decided = async (text: string, result: ScanResult): Promise<string> => {
    const { sha256 } = await centre.submit(text);
    await relay.work(() => result);
    await kernel.advance(500);
    assert.equal((await look(sha256)).state, "decided");
    return sha256;
  };

  it("a signature update changes the verdict of a stored sample unasked; the old one is told never again (AV-11, AV-15)", async () => {
    await open();
    const sha256 = await decided("hello", white);
    relay.kinds = kinds("2");
    await relay.announce();
    const { state, decision } = await look(sha256);
    assert.equal(state, "unknown", "the same instant: nobody had time to start anything");
    assert.equal(decision, undefined);
    await kernel.advance(500);
    assert.equal((await look(sha256)).state, "refreshing");
    await work(2_000, black);
    const now = await look(sha256);
    assert.deepEqual([now.state, now.decision?.trust], ["decided", "black"]);
    const { rows } = await centre.verdicts.history(sha256);
    assert.deepEqual(
      rows.map((past) => past.decision.trust),
      ["black", "white"],
    );
  });

  it("the version that was first seen last is the current one; a host with an older one gets no work", async () => {
    await open();
    const other = new TestRelay(centre.desk, kinds("2"), "h2");
    await other.announce();
    await relay.announce();
    await centre.submit("hello");
    assert.deepEqual(
      (await relay.fetch()).map(({ kind }) => kind),
      ["digest"],
    );
    assert.deepEqual(
      (await other.fetch()).map(({ kind }) => kind),
      ["yara"],
    );
    // The host with the new version is gone for good: what is offered counts.
    for (let at = 0; at < 5; at += 1) {
      await relay.announce();
      await kernel.advance(8_000);
    }
    await relay.announce();
    assert.deepEqual(
      (await relay.fetch()).map(({ kind }) => kind),
      ["digest", "yara"],
    );
  });

  it("an update while detectors are at work: what they say is not told, and is made anew once", async () => {
    await open();
    const { sha256 } = await centre.submit("hello");
    const tasks = await relay.fetch();
    const other = new TestRelay(centre.desk, kinds("2"), "h2");
    await other.announce();
    await relay.answer(tasks, () => white);
    await kernel.advance(500);
    assert.notEqual((await look(sha256)).state, "decided");
    relay = other;
    await work(4_000, black);
    assert.equal((await look(sha256)).decision?.trust, "black");
    assert.equal(centre.decisions.size, 2);
  });

  const missing = async (sha256: string) =>
    (await look(sha256)).decision?.missing.map(({ kind, reasons }) => [kind, ...reasons]);
  const silent = offer("clamav", { engineVersion: "unknown", signatureVersion: "unknown" });

  it("an engine that has never answered is missed after the grace; when it answers, what lacks it is made anew", async () => {
    await open();
    const before = await decided("before", white);
    relay.kinds = [...kinds(), silent];
    await relay.announce();
    await kernel.advance(500);
    const held = await look(before);
    assert.deepEqual([held.state, held.decision?.degraded], ["decided", false], "it makes nothing stale");

    const { sha256 } = await centre.submit("hello");
    assert.equal(await relay.work(() => white), 2, "nothing is asked of it");
    await kernel.advance(4_000);
    assert.equal((await look(sha256)).state, "pending");
    await work(2_000, white);
    const reason = "clamav: unavailable: what clamav scans with has not answered yet";
    assert.deepEqual(await missing(sha256), [["clamav", reason]]);
    const { decision } = await look(sha256);
    assert.deepEqual([decision?.degraded, decision?.trust], [true, "suspected-white"]);

    relay.kinds = [...kinds(), offer("clamav")];
    await work(4_000, black);
    for (const each of [before, sha256]) {
      const now = await look(each);
      assert.deepEqual([now.decision?.trust, now.decision?.degraded], ["black", false]);
    }
  });

  it("an engine that does not answer any more keeps its version: nothing is stale, and new verdicts miss it", async () => {
    await open();
    relay.kinds = [...kinds(), offer("clamav")];
    await relay.announce();
    const before = await decided("before", white);
    relay.kinds = [...kinds(), silent];
    await work(6_000, white);
    assert.equal((await look(before)).state, "decided");
    assert.equal(centre.decisions.size, 1);
    const { sha256 } = await centre.submit("hello");
    await work(2_000, white);
    assert.deepEqual(
      (await missing(sha256))?.map(([kind]) => kind),
      ["clamav"],
    );
    relay.kinds = [...kinds(), offer("clamav")];
    await work(4_000, white);
    assert.deepEqual(await missing(sha256), []);
    assert.equal(centre.decisions.size, 3, "only what lacked it was made anew");
  });

  it("a new kind of detector looks at what the others have decided (AV-11)", async () => {
    await open();
    const sha256 = await decided("hello", white);
    relay.kinds = [...kinds(), offer("clamav")];
    await relay.announce();
    assert.notEqual((await look(sha256)).state, "decided");
    await work(2_000, black);
    const { decision, detail } = await centre.verdict(sha256);
    assert.equal(decision?.trust, "black");
    assert.equal(detail?.answers.length, 3);
  });

  it("another rule: every verdict is made anew, from the first moment of the node that has it", async () => {
    await open();
    const sha256 = await decided("hello", white);
    await kernel.complete(kernel.system.stopActor(actors));
    const { folder } = centre;
    const rule = { type: "any", quorum: 0 } as const;
    centre = await TestCentre.open(store, kernel.clock, { settings: { rule }, folder, node: "n1" });
    assert.equal((await look(sha256)).state, "unknown");
    centre.start(kernel.system);
    await kernel.advance(12_000);
    await work(4_000, black);
    const { decision, detail } = await centre.verdict(sha256);
    assert.deepEqual([decision?.trust, detail?.rule], ["black", rule]);
  });

  it("a host that is gone makes no verdict old; one that comes back mends what was degraded", async () => {
    await open();
    const sha256 = await decided("hello", white);
    await kernel.advance(30_000);
    assert.equal((await look(sha256)).state, "decided", "no detector lives");
    const lone = new TestRelay(centre.desk, [offer("digest")]);
    relay = lone;
    await relay.announce();
    assert.equal((await look(sha256)).state, "decided");
    const { sha256: other } = await centre.submit("world");
    await work(2_000, white);
    assert.equal((await look(other)).decision?.degraded, true);
    relay = new TestRelay(centre.desk, kinds());
    await work(6_000, white);
    const mended = await look(other);
    assert.deepEqual([mended.decision?.trust, mended.decision?.degraded], ["white", false]);
  });

  it("what failed in passing is tried once more, and again for those who ask later; what is known stays meanwhile", async () => {
    await open();
    const { sha256 } = await centre.submit("hello");
    await relay.work(({ kind }) => (kind === "yara" ? unavailable : black));
    await kernel.advance(500);
    const first = await look(sha256);
    assert.deepEqual([first.state, first.decision?.degraded], ["decided", true]);
    assert.equal(await work(50_000, unavailable), 0);
    assert.equal(await work(20_000, unavailable), 2, "after a minute");
    assert.deepEqual((await look(sha256)).decision, first.decision, "a verdict that lacks more does not replace it");
    assert.equal(await work(200_000, unavailable), 0, "only once");
    assert.equal((await look(sha256, true)).state, "decided");
    assert.equal(await work(4_000, black), 2);
    assert.equal((await look(sha256)).decision?.degraded, false);
  });

  it("what is found when it is tried once more counts, whatever more is missing then", async () => {
    await open();
    relay = new TestRelay(centre.desk, [...kinds(), offer("structure")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    await relay.work(({ kind }) => (kind === "structure" ? unavailable : white));
    await kernel.advance(500);
    assert.equal((await look(sha256)).decision?.trust, "suspected-white");
    for (let waitedMs = 0; waitedMs < 70_000; waitedMs += 2_000) {
      await relay.announce();
      await kernel.advance(2_000);
      await relay.work(({ kind }) => (kind === "digest" ? black : unavailable));
    }
    await kernel.advance(500);
    assert.deepEqual((await look(sha256)).decision?.trust, "black");
  });

  it("a look through the library goes on where it was, and keeps to a bound of open tasks", async () => {
    await open();
    const texts = Array.from({ length: 150 }, (_, at) => `sample ${at}`);
    for (const text of texts) await centre.submit(text);
    while ((await relay.work(() => white)) > 0) await kernel.advance(100);
    await kernel.advance(500);
    relay.kinds = kinds("2");
    await relay.announce();
    await kernel.advance(2_000);
    const { delayed } = await centre.space.queue.counts("deadline");
    assert.ok(delayed > 0 && delayed <= 64, `${delayed} tasks are open`);
    await work(20_000, black);
    for (const text of texts) assert.equal((await look(sha256Of(text))).decision?.trust, "black", text);
    assert.equal(centre.decisions.size, 300);
  });
});
