import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BundleStore } from "../../../../src/actors/scan/index.ts";
import { bundleChunks } from "../../../../src/actors/scan/records/keys.ts";
import { seededRandom } from "../../../../src/base/random.ts";
import { StoreError, type Space } from "../../../../src/store/index.ts";
import {
  createMemoryDatabase,
  openMemoryStore,
  type Carry,
  type MemoryDatabase,
} from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const random = seededRandom(5);
const large = Buffer.from(Array.from({ length: 2_000_000 }, () => random.below(256)));
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("the bundles of a space", () => {
  let clock: ManualClock;
  let database: MemoryDatabase;
  let space: Space;
  let bundles: BundleStore;
  beforeEach(() => {
    clock = new ManualClock();
    database = createMemoryDatabase({ clock });
    space = openMemoryStore(database).space("scan");
    bundles = new BundleStore(space, clock);
  });

  it("gives back what was put, whatever its size", async () => {
    for (const bytes of [new Uint8Array(), Buffer.from("x"), large.subarray(0, 135_000), large]) {
      const hash = hashOf(bytes);
      assert.equal(await bundles.has(hash), false);
      assert.equal(await bundles.get(hash), undefined);
      await bundles.put(hash, bytes);
      assert.equal(await bundles.has(hash), true);
      assert.deepEqual(Buffer.from((await bundles.get(hash)) ?? []), Buffer.from(bytes));
    }
  });

  it("put again writes nothing", async () => {
    await bundles.put(hashOf(large), large);
    const before = await space.revision();
    await bundles.put(hashOf(large), large);
    assert.equal(await space.revision(), before);
  });

  it("is not there before all of it is; a put that was interrupted is completed by the next", async () => {
    const hash = hashOf(large);
    for (let survived = 0; ; survived += 1) {
      assert.ok(survived < 100, "a put of few chunks makes few calls");
      let calls = 0;
      const dying: Carry = async (run) => {
        calls += 1;
        if (calls > survived) throw new StoreError("closed", "the process is gone");
        return Promise.resolve(run());
      };
      const put = new BundleStore(openMemoryStore(database, dying).space("scan"), clock).put(hash, large);
      const died = await put.then(
        () => false,
        () => true,
      );
      if (!died) break;
      assert.equal(await bundles.has(hash), false);
      assert.equal(await bundles.get(hash), undefined);
    }
    assert.deepEqual(await bundles.get(hash), large);
  });

  it("two that put the same at the same time are both done", async () => {
    const hash = hashOf(large);
    await Promise.all([bundles.put(hash, large), new BundleStore(space, clock).put(hash, large)]);
    assert.deepEqual(await bundles.get(hash), large);
  });

  it("two that packed the same differently and put it at the same time spoil nothing", async () => {
    const hash = hashOf(large);
    const smaller = Buffer.from(large.subarray(0, 700_000).map((byte) => byte ^ 1));
    for (const [fast, slow] of [
      [large, smaller],
      [smaller, large],
    ] as const) {
      for (let before = 0; before < 4; before += 1) {
        const own = createMemoryDatabase({ clock });
        const there = new BundleStore(openMemoryStore(own).space("scan"), clock);
        let calls = 0;
        const overtaken: Carry = async (run) => {
          calls += 1;
          if (calls === before + 1) await there.put(hash, fast);
          return Promise.resolve(run());
        };
        await new BundleStore(openMemoryStore(own, overtaken).space("scan"), clock).put(hash, slow);
        assert.equal(hashOf((await there.get(hash)) ?? new Uint8Array()), hashOf(fast));
      }
    }
  });

  it("says that a bundle is corrupt when a part of it is gone", async () => {
    const hash = hashOf(large);
    await bundles.put(hash, large);
    const { rows } = await space.records.list(bundleChunks(hash));
    await space.commit(
      undefined,
      rows.slice(3, 4).map(({ key }) => ({ type: "delete", key })),
    );
    await assert.rejects(bundles.get(hash), { code: "bundle-corrupt" });
  });

  it("refuses a name that is no hash, and more than it can hold", async () => {
    await assert.rejects(bundles.put("../etc", new Uint8Array()), { code: "invalid" });
    await assert.rejects(bundles.has("x"), { code: "invalid" });
    await assert.rejects(bundles.put("0".repeat(64), Buffer.allocUnsafe(64 * 1024 * 1024 + 1)), { code: "invalid" });
  });
});
