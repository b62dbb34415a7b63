import assert from "node:assert/strict";
import { LinkWorld } from "./link-world.ts";

describe("links: silence", () => {
  it("probes a peer from which nothing comes, and hears its answer", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    await world.run(10_000);
    const [view] = a.links.views();
    assert.ok(a.links.counts().probes >= 9, `${a.links.counts().probes} probes`);
    assert.ok((view?.silentMs ?? Infinity) <= 1_000);
    assert.equal(view?.unansweredProbes, 0);
    assert.equal(view.epoch, 1);
    await world.close(a, b);
  });

  for (const [from, to] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    it(`tells how long a peer is silent, and connects anew, when ${from} no longer reaches ${to}`, async () => {
      const world = new LinkWorld();
      const [a, b] = await world.pair();
      world.network.cut(from, to);
      await world.run(2_000);
      const silent = a.links.views()[0];
      assert.ok((silent?.silentMs ?? 0) >= 1_000 && (silent?.unansweredProbes ?? 0) >= 2, JSON.stringify(silent));
      await world.run(4_000);
      assert.ok(a.links.counts().refusedByUs.silent >= 1);
      assert.equal(a.state("b"), "connecting");
      world.network.heal(from, to);
      await world.run(5_500);
      assert.equal(a.state("b"), "up");
      assert.equal(a.links.views()[0]?.unansweredProbes, 0);
      await world.close(a, b);
    });
  }

  it("never says of a peer that it met it before it did", async () => {
    const world = new LinkWorld();
    world.network.cut("b", "a");
    const [a, b] = await world.pair();
    assert.equal(a.links.views()[0]?.met, false);
    world.network.heal("b", "a");
    await world.run(100);
    assert.equal(a.links.views()[0]?.met, true);
    await world.close(a, b);
  });
});
