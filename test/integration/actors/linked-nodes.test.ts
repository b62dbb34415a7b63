import assert from "node:assert/strict";
import { scanStatus } from "../../../src/actors/scan/index.ts";
import { LinkedScanNodes } from "../../support/linked-scan-nodes.ts";
import { settings } from "../../support/scan-node.ts";

/** How often a node looks by itself at a store that tells nobody of changes. */
const pollMs = 1_000;
/** How often a task looks by itself whether its subtasks have ended. */
const lookMs = 250;
/** What a hint may take: it is passed on at most this often. */
const hintMs = 25;

describe("scans on three nodes with links", () => {
  let nodes: LinkedScanNodes;

  /** `a` leads scans, `b` and `c` run their subtasks, two at a time. */
  const start = async (subtasks: number): Promise<void> => {
    nodes = new LinkedScanNodes(subtasks);
    nodes.start("a", ["scheduler"]);
    nodes.start("b", ["probe"]);
    nodes.start("c", ["probe"]);
    await nodes.world.settle();
  };
  afterEach(() => nodes.world.close());

  const cut = (): void => {
    for (const [one, other] of [
      ["a", "b"],
      ["a", "c"],
      ["b", "c"],
    ] as const) {
      nodes.world.network.cut(one, other);
      nodes.world.network.cut(other, one);
    }
  };
  const begun = (): readonly string[] => nodes.runs.map(({ node }) => node).toSorted();
  const aborted = (): number => nodes.runs.filter(({ signal }) => signal.aborted).length;
  const status = async (): Promise<string | undefined> => (await scanStatus(nodes.space, "s"))?.status;
  /** A scan that is about to be led: `a` has looked at the queue just after it was stored. */
  const submit = async (): Promise<void> => {
    // Just before the next look of `a`, and after those of the others: they have most of their time to wait.
    await nodes.submit("s");
    for (let waitedMs = 0; (await status()) !== "claimed"; waitedMs += 1) {
      assert.ok(waitedMs < 2 * pollMs, "nobody leads the scan");
      await nodes.world.advance(1);
    }
  };

  it("begin its subtasks at once, not when they look next", async () => {
    await start(4);
    await nodes.world.advance(pollMs / 2);
    await submit();
    await nodes.world.advance(hintMs);
    assert.deepEqual(begun(), ["b", "b", "c", "c"]);
  });

  it("are done as soon as the last subtask has ended, on whatever node", async () => {
    await start(1);
    await submit();
    await nodes.world.advance(pollMs);
    const [run] = nodes.runs;
    assert.ok(run);
    // As far as can be from the next look of the task.
    await nodes.world.advance(lookMs / 10);
    run.finish();
    await nodes.world.advance(hintMs);
    assert.equal(await status(), "done");
  });

  for (const node of ["a", "b", "c"]) {
    it(`stop at once on every node when one is cancelled on ${node}`, async () => {
      await start(8);
      await submit();
      await nodes.world.advance(pollMs);
      assert.equal(nodes.runs.length, 4);
      assert.equal(await nodes.scans(node).cancel("s"), true);
      await nodes.world.advance(hintMs);
      assert.equal(aborted(), 4);
      await nodes.world.advance(2 * pollMs);
      assert.equal(nodes.runs.length, 4);
    });
  }

  it("go on as before when only another scan is cancelled, and when a hint is wrong", async () => {
    await start(2);
    await submit();
    await nodes.world.advance(pollMs);
    await nodes.submit("other");
    await nodes.world.advance(pollMs);
    assert.equal(nodes.runs.length, 4);
    await nodes.scans("b").cancel("other");
    // Nothing holds this one up: the hint that it may be over is not true.
    await nodes.scans("b").pause("s");
    await nodes.scans("b").resume("s");
    await nodes.world.advance(hintMs);
    assert.deepEqual(
      nodes.runs.filter(({ signal }) => signal.aborted).map(({ taskId }) => taskId),
      ["other", "other"],
    );
    for (const run of nodes.runs) run.finish();
    await nodes.world.advance(2 * pollMs);
    assert.equal(await status(), "done");
  });

  it("free the place of a paused scan at once", async () => {
    await start(4);
    await submit();
    await nodes.world.advance(hintMs);
    await nodes.scans("c").pause("s");
    await nodes.world.advance(hintMs);
    assert.equal((await nodes.space.queue.counts("tasks")).claimed, 0);
  });

  it("complete with every link cut, only later", async () => {
    await start(6);
    cut();
    await submit();
    for (let round = 0; (await status()) !== "done"; round += 1) {
      assert.ok(round < 20, `it is ${await status()} after ${round} rounds`);
      await nodes.world.advance(pollMs);
      for (const run of nodes.runs) run.finish();
    }
    assert.equal(nodes.runs.length, 6);
  });

  it("stop with the next heartbeat when a scan is cancelled while every link is cut", async () => {
    await start(4);
    await submit();
    await nodes.world.advance(pollMs);
    cut();
    await nodes.scans("a").cancel("s");
    await nodes.world.advance(hintMs);
    assert.equal(aborted(), 0);
    await nodes.world.advance(settings.leaseMs / 3);
    assert.equal(aborted(), 4);
  });
});
