import assert from "node:assert/strict";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VerdictView } from "../../../../src/actors/detect/index.ts";
import type { Store } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

describe("a sample whose file is not what it was", () => {
  let kernel: TestKernel;
  let store: Store;
  let centre: TestCentre;
  let relay: TestRelay;
  const never = new AbortController().signal;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock);
    centre.start(kernel.system);
    relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
  });

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const read = async (sha256: string): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of centre.samples.read(sha256, never)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const asked = async (hex: string): Promise<VerdictView> => {
    const [view] = await centre.verdicts.check([{ algorithm: "sha256", hex }], { scan: true, source: "a test" });
    assert.ok(view);
    return view;
  };
  const pathOf = (sha256: string): string => join(centre.folder.path, sha256.slice(0, 2), sha256);
  const damages: readonly (readonly [code: string, damage: (path: string) => void, why: RegExp])[] = [
    [
      "corrupt",
      (path) => {
        chmodSync(path, 0o600);
        writeFileSync(path, "hullo");
      },
      /other bytes/,
    ],
    ["not-found", (path) => rmSync(path), /file .*gone/],
  ];

  for (const [code, damage, why] of damages) {
    it(`is said to be gone, and why, and is asked for again: ${code}`, async () => {
      const { sha256 } = await centre.submit("hello");
      assert.equal((await asked(sha256)).sampleHere, true);
      damage(pathOf(sha256));
      await assert.rejects(read(sha256), { code });
      const gone = await asked(sha256);
      assert.equal(gone.sampleHere, false);
      assert.match(gone.sampleLost ?? "", why);
      const again = await centre.submit("hello");
      assert.equal(again.sha256, sha256);
      const back = await asked(sha256);
      assert.deepEqual([back.sampleHere, back.sampleLost], [true, undefined]);
      assert.equal(await read(sha256), "hello");
      await relay.work(() => white);
    });
  }

  it("stays in the library while another node has it", async () => {
    const { sha256 } = await centre.submit("hello");
    const other = await TestCentre.open(store, kernel.clock, { node: "n2" });
    await other.submit("hello");
    rmSync(pathOf(sha256));
    await assert.rejects(read(sha256), { code: "not-found" });
    const view = await asked(sha256);
    assert.deepEqual([view.sampleHere, view.sampleLost], [true, undefined]);
    other.folder.remove();
  });
});
