import assert from "node:assert/strict";
import { flightsOf, sampleKey } from "../../../../src/actors/detect/records/keys.ts";
import type { Change, Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, sha256Of, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { until } from "../../../support/until.ts";

const sha256 = sha256Of("old");

describe("a sample that a task begins to need while it is removed", () => {
  let kernel: TestKernel;
  let centre: TestCentre;
  let relay: TestRelay;
  /** Each is done once, when the time has come. */
  let afterNoFlight: (() => Promise<unknown>) | undefined;
  let beforeFlight: (() => Promise<unknown>) | undefined;

  const watched = (space: Space): Space => {
    const { name, queue, groups, leases, limits, records } = space;
    return {
      ...{ name, queue, groups, leases, limits },
      records: {
        get: (key) => records.get(key),
        getMany: (keys) => records.getMany(keys),
        list: async (prefix, page) => {
          const found = await records.list(prefix, page);
          const act = prefix === flightsOf(sha256) ? afterNoFlight : undefined;
          if (act !== undefined) afterNoFlight = undefined;
          await act?.();
          return found;
        },
      },
      commit: async (guard, changes) => {
        const act = changes.some(isFlight) ? beforeFlight : undefined;
        if (act !== undefined) beforeFlight = undefined;
        await act?.();
        return space.commit(guard, changes);
      },
      revision: () => space.revision(),
      changed: (seen, timeoutMs) => space.changed(seen, timeoutMs),
    };
  };
  const isFlight = (change: Change): boolean => change.type === "put" && change.key.startsWith(flightsOf(sha256));

  beforeEach(async () => {
    afterNoFlight = beforeFlight = undefined;
    kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, { settings: { sampleRetainMs: 60_000 }, wrap: watched });
    relay = new TestRelay(centre.desk, [offer("digest")]);
    await relay.announce();
    await centre.submit("old");
    await relay.work(() => white);
    await decide();
  });
  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  /** The centre's actors decide what was answered. */
  const decide = async (): Promise<void> => {
    centre.start(kernel.system);
    await kernel.advance(1_000);
    assert.equal((await centre.verdict(sha256)).state, "decided");
  };
  const changedRules = async (): Promise<void> => {
    relay.kinds = [offer("digest", { signatureVersion: "2" })];
    await relay.announce();
  };
  const askedFor = () =>
    centre.verdicts.check([{ algorithm: "sha256", hex: sha256 }], { scan: true, source: "a test" });

  it("stays when the task begins after retention has looked for one", async () => {
    let asked = false;
    afterNoFlight = async () => {
      await changedRules();
      await askedFor();
      asked = true;
    };
    await until(
      async () => {
        await kernel.advance(10_000);
        return asked;
      },
      () => centre.setup.files.digests(),
    );
    await kernel.advance(1_000);
    const [view] = await askedFor();
    assert.deepEqual([view?.state, view?.sampleHere, centre.setup.files.has(sha256)], ["refreshing", true, true]);
  });

  it("is asked for again when it was removed after the library had looked for it", async () => {
    beforeFlight = () => centre.space.commit(undefined, [{ type: "delete", key: sampleKey(sha256) }]);
    await changedRules();
    await askedFor();
    assert.equal(beforeFlight, undefined, "the sample was removed");
    const [view] = await askedFor();
    assert.deepEqual([view?.state, view?.sampleHere], ["unknown", false]);
  });
});
