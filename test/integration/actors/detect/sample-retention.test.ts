import assert from "node:assert/strict";
import type { SampleFiles } from "../../../../src/actors/detect/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, sha256Of, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { until } from "../../../support/until.ts";

describe("samples that nobody asks for", () => {
  let kernel: TestKernel;
  let centre: TestCentre;
  let relay: TestRelay;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, { settings: { sampleRetainMs: 60_000 } });
    centre.start(kernel.system);
    relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
  });

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const files = (): SampleFiles => centre.setup.files;
  /** Time goes on while the relay lives. */
  const live = async (ms: number): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 8_000) {
      await relay.announce();
      await kernel.advance(Math.min(leftMs, 8_000));
    }
    await relay.announce();
  };
  const here = async (text: string): Promise<boolean> => {
    const [view] = await centre.verdicts.check([{ algorithm: "sha256", hex: sha256Of(text) }], {
      ...{ scan: false, source: "a test" },
    });
    assert.equal(view?.sampleHere, files().has(sha256Of(text)), "the library says what is so");
    return view.sampleHere;
  };

  /** Files take real time, and the clock of the test stands still meanwhile. */
  const untilGone = async (...texts: readonly string[]): Promise<void> =>
    until(
      async () => {
        await live(10_000);
        return texts.every((text) => !files().has(sha256Of(text)));
      },
      () => files().digests(),
    );

  it("are removed after their time, with what the library says of them; their verdicts stay", async () => {
    await centre.submit("old");
    await relay.work(() => white);
    await kernel.advance(1_000);
    await untilGone("old");
    await kernel.advance(100);
    assert.equal(await here("old"), false);
    assert.equal((await centre.verdict(sha256Of("old"))).decision?.trust, "white");
    assert.equal(files().bytes, 0);
  });

  it("stay while a task needs them, and while they are asked for", async () => {
    await centre.submit("open");
    await centre.submit("asked for");
    await centre.submit("old");
    const others = (await relay.fetch()).filter(({ object }) => object.sha256 !== sha256Of("open"));
    await relay.answer(others, () => white);
    await live(40_000);
    await centre.submit("asked for");
    await untilGone("old");
    assert.deepEqual([await here("open"), await here("asked for")], [true, true]);
  });
});
