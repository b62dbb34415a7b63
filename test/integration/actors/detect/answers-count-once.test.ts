import assert from "node:assert/strict";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, black, offer, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

describe("an answer of one detector, where two different ones are required", function () {
  this.timeout(10_000);
  let kernel: TestKernel;
  let centre: TestCentre;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    const require = [
      { taskType: "sample-file", kind: "yara", count: 2 },
      { taskType: "sample-file", kind: "digest" },
    ] as const;
    centre = await TestCentre.open(store, kernel.clock, { settings: { require } });
    centre.start(kernel.system);
  });
  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const first = (): string => "yara-a";
  const kinds = (detectors: number) => [offer("yara", { detectors }), offer("digest")];

  /** A relay whose detector `yara-a` has answered, and the relay of its host after a restart, which does not know that. */
  const restarted = async () => {
    const before = new TestRelay(centre.desk, kinds(2), "h1", "i1");
    await before.announce();
    const { sha256 } = await centre.submit("hello");
    const tasks = await before.fetch();
    const [one] = tasks.filter(({ kind }) => kind === "yara");
    assert.ok(one !== undefined && tasks.length === 3);
    await before.answer([one], () => white, first);
    const relay = new TestRelay(centre.desk, kinds(2), "h1", "i2");
    for (let leftMs = 32_000; leftMs > 0; leftMs -= 4_000) {
      await relay.announce();
      await kernel.advance(4_000);
    }
    const again = await relay.fetch();
    assert.deepEqual(again.map(({ kind }) => kind).toSorted(), ["digest", "yara"], "what the first life held");
    return { sha256, relay, again };
  };

  it("counts once though its relay began another life between two of them; a different detector does the other", async () => {
    const { sha256, relay, again } = await restarted();
    assert.deepEqual(
      await relay.answer(
        again,
        () => black,
        ({ kind }) => `${kind}-a`,
      ),
      [],
      "no claim of it was lost",
    );
    await kernel.advance(3_000);
    assert.equal((await centre.verdict(sha256)).state, "pending");
    const [other, ...more] = await relay.fetch();
    assert.deepEqual([other?.kind, more], ["yara", []]);
    assert.ok(other !== undefined);
    await relay.answer(
      [other],
      () => white,
      () => "yara-b",
    );
    await kernel.advance(500);
    const { state, detail } = await centre.verdict(sha256);
    assert.equal(state, "decided");
    const said = detail?.answers.map(({ detector, result }) => [
      detector,
      result.outcome === "verdict" && result.trust,
    ]);
    assert.deepEqual(said?.toSorted(), [
      ["digest-a", "black"],
      ["yara-a", "white"],
      ["yara-b", "white"],
    ]);
  });

  it("counts once in one summary, and the same name on another host is another detector", async () => {
    const relays = ["h1", "h2"].map((host) => new TestRelay(centre.desk, kinds(1), host));
    const [one, two] = relays;
    assert.ok(one !== undefined && two !== undefined);
    for (const relay of relays) await relay.announce();
    const { sha256 } = await centre.submit("hello");
    await one.answer(
      await one.fetch(),
      () => white,
      ({ kind }) => `${kind}-a`,
    );
    await kernel.advance(3_000);
    assert.equal((await centre.verdict(sha256)).state, "pending");
    await two.answer(await two.fetch(), () => white, first);
    await kernel.advance(500);
    const { decision, detail } = await centre.verdict(sha256);
    assert.equal(decision?.degraded, false);
    assert.deepEqual(detail?.answers.map(({ detector, host }) => `${host}/${detector}`).toSorted(), [
      "h1/digest-a",
      "h1/yara-a",
      "h2/yara-a",
    ]);
  });
});
