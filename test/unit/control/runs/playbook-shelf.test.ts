import assert from "node:assert/strict";
import { PlaybookShelf } from "../../../../src/control/runs/playbook-shelf.ts";
import { type Catalog, PlaybookError, type PlaybookVersion } from "../../../../src/engines/playbook/index.ts";

const playbook: PlaybookVersion = { id: "block", version: "a".repeat(64), kind: "module", code: "" };
const catalog: Catalog = {
  version: "b".repeat(64),
  playbooks: new Map([[playbook.id, playbook]]),
  bindings: [],
  problems: [],
  choose: () => [],
};
const facts = {
  title: "Block",
  description: undefined,
  actions: [],
  filters: [],
  secrets: [],
  onFinish: false,
};

/** A shelf whose one playbook is described with these results, one after the other, and what it says at each of so many listings. */
const listings = async (results: readonly (typeof facts | Error)[], count: number) => {
  let described = 0;
  const shelf = new PlaybookShelf({
    catalog: { current: () => catalog },
    describe: () => {
      const result = results[described++] ?? assert.fail("it was described too often");
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
  });
  const seen: (string | undefined)[][] = [];
  for (let n = 0; n < count; n += 1) {
    const { playbooks, problems } = await shelf.list();
    seen.push([playbooks[0]?.title, problems[0]?.message]);
  }
  return seen;
};

describe("the playbooks of a node, as they are listed", () => {
  it("are described once, those that cannot be loaded too", async () => {
    assert.deepEqual(await listings([facts], 3), Array(3).fill(["Block", undefined]));
    const broken = new PlaybookError("invalid-playbook", "it is no playbook");
    assert.deepEqual(await listings([broken], 2), Array(2).fill([undefined, "it is no playbook"]));
  });

  it("are described again when what failed may succeed", async () => {
    const busy = new PlaybookError("no-process", "no process could be started", { retryable: true });
    assert.deepEqual(await listings([busy, facts], 3), [
      [undefined, "no process could be started"],
      ["Block", undefined],
      ["Block", undefined],
    ]);
  });
});
