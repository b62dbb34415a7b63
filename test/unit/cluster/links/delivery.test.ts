import assert from "node:assert/strict";
import { LinkWorld, writeLetter } from "./link-world.ts";

const numbers = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index);

describe("links: delivery", () => {
  it("brings what was sent, in order, each once, and acknowledges it", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    for (const number of numbers(1_000)) assert.equal(a.send("b", { number }), "queued");
    await world.run(100);
    assert.deepEqual(b.from("a"), numbers(1_000));
    assert.deepEqual(b.received[0]?.incarnation, "a-1");
    const [view] = a.links.views();
    assert.equal(view?.outboxEnvelopes, 0);
    assert.equal(view.outboxBytes, 0);
    assert.equal(a.links.counts().acknowledged, 1_000);
    await world.close(a, b);
  });

  it("sends what was told in one turn as one frame", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    for (const number of numbers(100)) a.send("b", { number });
    await world.run(50);
    assert.equal(a.links.counts().sentFrames, 1);
    await world.close(a, b);
  });

  it("keeps what is sent before the peer can be reached", async () => {
    const world = new LinkWorld();
    world.network.cut("a", "b");
    const [a, b] = await world.pair();
    assert.equal(a.state("b"), "connecting");
    for (const number of numbers(10)) a.send("b", { number });
    await world.run(700);
    assert.deepEqual(b.from("a"), []);
    world.network.heal("a", "b");
    await world.run(3_000);
    assert.deepEqual(b.from("a"), numbers(10));
    await world.close(a, b);
  });

  it("says how long an envelope waited at the sender", async () => {
    const world = new LinkWorld();
    const a = world.node("a");
    const b = world.node("b");
    b.table = () => new Promise(() => undefined);
    // b does not know of a, and cannot read the table.
    world.members([a, b], [a]);
    a.send("b", { number: 1 });
    await world.run(400);
    a.send("b", { number: 2 });
    await world.run(100);
    b.links.tableChanged(world.view);
    await world.run(8_000);
    const waited = b.received.map(({ heldMs }) => heldMs);
    assert.deepEqual(b.from("a"), [1, 2]);
    assert.equal((waited[0] ?? 0) - (waited[1] ?? 0), 400);
    assert.ok((waited[1] ?? 0) >= 100, `waited ${waited.join(", ")}`);
    await world.close(a, b);
  });

  it("refuses an envelope above 256 KiB, and sends the ones around it", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    assert.equal(a.send("b", { number: 1 }), "queued");
    assert.equal(a.send("b", { number: 2, padding: 256 * 1024 }), "oversized");
    assert.equal(a.send("b", { number: 3, padding: 300_000_000 }), "oversized");
    assert.equal(a.send("b", { number: 4, padding: 256 * 1024 - 16 }), "queued");
    await world.run(100);
    assert.deepEqual(b.from("a"), [1, 4]);
    assert.equal(a.links.counts().oversized, 2);
    await world.close(a, b);
  });

  it("throws on what the writer of an envelope throws, and appends nothing", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    const link = a.links.to("b");
    assert.throws(
      () =>
        link?.send((writer) => {
          writer.uint(1, 7);
          throw new TypeError("no such field");
        }, undefined),
      TypeError,
    );
    link?.send(writeLetter, { number: 8 });
    await world.run(50);
    assert.deepEqual(b.from("a"), [8]);
    await world.close(a, b);
  });

  it("goes on when the node's handler throws, and counts it", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    b.onLetter = (_from, number) => {
      if (number === 1) throw new Error("a defect");
    };
    for (const number of numbers(3)) a.send("b", { number });
    await world.run(50);
    assert.deepEqual(b.from("a"), [0, 1, 2]);
    assert.equal(b.links.counts().handlerFailures, 1);
    assert.equal(b.log.of("an envelope could not be handled").length, 1);
    await world.close(a, b);
  });

  it("waits at its end for what is under way", async () => {
    const world = new LinkWorld(1, () => 10);
    const [a, b] = await world.pair();
    for (const number of numbers(10)) a.send("b", { number });
    const closed = a.links.close(1_000);
    await world.run(1_500);
    await closed;
    assert.deepEqual(b.from("a"), numbers(10));
    assert.deepEqual(a.undelivered, []);
    assert.equal(a.links.to("b"), undefined);
    await world.close(b);
  });

  it("ends as soon as a new connection tells that all was handled", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    world.network.cut("b", "a");
    for (const number of numbers(3)) a.send("b", { number });
    await world.run(100);
    assert.deepEqual(b.from("a"), numbers(3));
    let closed = false;
    const closing = a.links.close(60_000).then(() => (closed = true));
    world.network.reset("a", "b");
    world.network.heal("b", "a");
    await world.run(5_000);
    assert.equal(closed, true);
    assert.deepEqual(a.undelivered, []);
    await closing;
    await world.close(b);
  });
});
