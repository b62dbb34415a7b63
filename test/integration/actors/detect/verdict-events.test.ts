import assert from "node:assert/strict";
import type { SecurityEvent } from "../../../../src/engines/events/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, black, offer, sha256Of, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

describe("events that verdicts raise", () => {
  let kernel: TestKernel;
  let centres: readonly TestCentre[];
  let raised: SecurityEvent[];
  let relay: TestRelay;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    raised = [];
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    const acceptEvents = (events: readonly SecurityEvent[]): Promise<void> => {
      raised.push(...events);
      return Promise.resolve();
    };
    const open = (node: string): Promise<TestCentre> => TestCentre.open(store, kernel.clock, { node, acceptEvents });
    centres = [await open("n1"), await open("n2")];
    centres.forEach((centre, at) => centre.start(kernel.system, `detect-${at}`));
    relay = new TestRelay(first().desk, [offer("digest"), offer("yara")]);
    await relay.announce();
  });
  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    for (const { folder } of centres) folder.remove();
  });

  const first = (): TestCentre => centres[0] ?? assert.fail("there are two");

  /** Has the sample looked at by detectors of other signatures than before. */
  const anew = async (signatureVersion: string, result: typeof black): Promise<void> => {
    relay.kinds = [offer("digest"), offer("yara", { signatureVersion })];
    await relay.announce();
    await kernel.advance(3_000);
    assert.equal(await relay.work(() => result), 2, "the verdict is made anew");
    await kernel.advance(1_000);
  };

  it("a sample that becomes black raises one, with its digests and what it is called", async () => {
    const { taskId } = await first().submit("bad");
    await relay.work(() => black);
    await kernel.advance(1_000);
    assert.equal(raised.length, 1);
    const [event] = raised;
    assert.deepEqual(
      [event?.source, event?.kind, event?.id],
      ["garrison", "verdict-black", `verdict-${sha256Of("bad")}-${taskId}`],
    );
    const { file, verdict, subject } = event?.data ?? {};
    assert.deepEqual([subject, (file as { size: number }).size], [sha256Of("bad"), 3]);
    assert.deepEqual(verdict, {
      ...{ taskType: "sample-file", trust: "black", degraded: false, reputation: 100, names: ["Eicar-Test"] },
    });
    assert.equal(event?.cause, undefined);
  });

  it("one that is black already, or was never, raises none; one that is black no longer raises another one", async () => {
    await first().submit("good");
    await relay.work(() => white);
    await kernel.advance(1_000);
    assert.equal(raised.length, 0);
    await anew("2", black);
    await anew("3", black);
    assert.deepEqual(
      raised.map(({ kind }) => kind),
      ["verdict-black"],
    );
    await anew("4", white);
    await anew("5", white);
    assert.deepEqual(
      raised.map(({ kind }) => kind),
      ["verdict-black", "verdict-withdrawn"],
    );
    assert.equal((raised.at(-1)?.data["verdict"] as { trust: string }).trust, "white");
    await anew("6", black);
    assert.equal(raised.length, 3);
    assert.equal(new Set(raised.map(({ id }) => id)).size, 3);
  });
});
