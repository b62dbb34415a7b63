import assert from "node:assert/strict";
import { RespondHints, Runs, type RunListing } from "../../../../src/actors/respond/index.ts";
import { respondSpace } from "../../../../src/actors/respond/work.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import type { Space } from "../../../../src/store/index.ts";
import { bindingOf, catalogOf, eventOf } from "../../../integration/actors/respond/respond-node.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const made = 350;
const listMs = 400;

const emptySpace = (): readonly [ManualClock, Space] => {
  const clock = new ManualClock();
  return [clock, openMemoryStore(createMemoryDatabase({ clock })).space(respondSpace)];
};

const runsOn = (space: Space, clock: ManualClock): Runs => {
  const catalog = catalogOf([bindingOf("rule", ["answer"])]);
  return new Runs({
    ...{ space, clock, catalog: { current: () => catalog } },
    ...{ retainMs: 3_600_000, hints: new RespondHints() },
  });
};

describe("a listing of runs", () => {
  it("ends with a short page when the store is slow, and the next one goes on where it stopped", async () => {
    const [clock, store] = emptySpace();
    for (let at = 0; at < made; at += 1) await runsOn(store, clock).start("answer", eventOf(`e-${at}`));
    const list = store.records.list.bind(store.records);
    store.records.list = (...page) => {
      clock.advance(listMs);
      return list(...page);
    };
    const slow = runsOn(store, clock);
    const pages = async (filter: RunListing): Promise<readonly number[]> => {
      const sizes: number[] = [];
      let after: string | undefined;
      do {
        const page = await slow.list({ limit: 500, ...filter, ...(after === undefined ? {} : { after }) });
        sizes.push(page.rows.length);
        after = page.next;
      } while (after !== undefined);
      return sizes;
    };
    assert.deepEqual(await pages({ states: ["queued"] }), [300, 50]);
    assert.deepEqual(await pages({ states: ["failed"] }), [0, 0]);
  });

  it("reads all ended runs of a page in one call", async () => {
    const [clock, store] = emptySpace();
    for (let at = 0; at < 5; at += 1) {
      const { id } = await runsOn(store, clock).start("answer", eventOf(`e-${at}`));
      await runsOn(store, clock).cancel(id);
    }
    let asked = 0;
    const getMany = store.records.getMany.bind(store.records);
    store.records.getMany = (keys) => {
      asked += 1;
      return getMany(keys);
    };
    store.records.get = () => Promise.reject(new Error("one by one"));
    store.queue.get = () => Promise.reject(new Error("one by one"));
    assert.deepEqual(
      (await runsOn(store, clock).list()).rows.map(({ state }) => state),
      Array.from({ length: 5 }, () => "cancelled"),
    );
    assert.equal(asked, 1);
  });
});
