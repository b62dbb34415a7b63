import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { readyPages } from "../../../../src/control/http/health-pages.ts";
import type { Store } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";

describe("the page of readiness", () => {
  it("asks the store once for all who wait, and anew for those who come later", async () => {
    const store = openMemoryStore(createMemoryDatabase({ clock: systemClock }));
    let asked = 0;
    const counting: Store = {
      ...store,
      space: (name) => {
        asked += 1;
        return store.space(name);
      },
    };
    let serving = false;
    const make = readyPages(() => serving, counting);
    assert.equal((await make()).status, 503);
    assert.equal(asked, 0);
    serving = true;
    const pages = await Promise.all(Array.from({ length: 100 }, make));
    assert.deepEqual([...new Set(pages.map(({ status }) => status))], [200]);
    assert.equal(asked, 1);
    await store.close();
    assert.deepEqual([(await make()).status, asked], [503, 2]);
  });
});
