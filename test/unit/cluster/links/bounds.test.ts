import assert from "node:assert/strict";
import { LinkWorld } from "./link-world.ts";

describe("links: bounds", () => {
  it("takes no more envelopes than the outbox of a link holds, and says so", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    world.network.cut("a", "b");
    let queued = 0;
    while (a.send("b", { number: queued }) === "queued") queued += 1;
    assert.equal(queued, 65_536);
    assert.equal(a.links.counts().full, 1);
    world.network.heal("a", "b");
    await world.run(1_000);
    assert.equal(b.received.length, queued);
    assert.equal(a.send("b", { number: queued }), "queued");
    await world.close(a, b);
  });

  it("takes no more bytes than the outbox of a link holds", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    world.network.cut("a", "b");
    let queued = 0;
    while (a.send("b", { number: queued, padding: 100_000 }) === "queued") queued += 1;
    const bytes = a.links.views()[0]?.outboxBytes ?? 0;
    assert.ok(bytes <= 16 * 1024 * 1024 && bytes > 16 * 1024 * 1024 - 101_000, `${bytes} bytes`);
    world.network.heal("a", "b");
    await world.run(1_000);
    assert.equal(b.received.length, queued);
    assert.equal(a.links.views()[0]?.outboxBytes, 0);
    await world.close(a, b);
  });

  it("takes no more bytes than all links of a node hold together, and gives them back when a peer ends", async () => {
    const world = new LinkWorld();
    const bounds = { allOutboxBytes: 100_000 };
    const [a, b, c] = [world.node("a", { bounds }), world.node("b"), world.node("c")];
    world.members([a, b, c]);
    await world.run(100);
    for (const node of ["b", "c"]) world.network.cut("a", node);
    assert.equal(a.send("b", { number: 1, padding: 60_000 }), "queued");
    assert.equal(a.send("c", { number: 1, padding: 60_000 }), "full");
    assert.equal(a.send("c", { number: 2, padding: 30_000 }), "queued");
    world.members([a, c]);
    assert.deepEqual(a.undelivered, [1]);
    assert.equal(a.send("c", { number: 3, padding: 30_000 }), "queued");
    await world.close(a, b, c);
  });

  it("leaves room to each link, however much waits for other peers", async () => {
    const world = new LinkWorld();
    const silent = ["b", "c", "d"].map((name) => world.node(name));
    const [a, e] = [world.node("a", { bounds: { allOutboxBytes: 1_000_000 } }), world.node("e")];
    world.members([a, e, ...silent]);
    await world.run(100);
    for (const { ref } of silent) world.network.cut("a", ref.node);
    const fill = (to: string): number => {
      let number = 0;
      while (a.send(to, { number, padding: 10_000 }) === "queued") number += 1;
      return number;
    };
    const queued = silent.map(({ ref }) => fill(ref.node));
    for (let number = 0; number < 5; number += 1) assert.equal(a.send("e", { number, padding: 10_000 }), "queued");
    for (const { ref } of silent) world.network.heal("a", ref.node);
    await world.run(1_000);
    assert.deepEqual(
      silent.map(({ received }) => received.length),
      queued,
    );
    // All that was taken has been given back.
    world.network.cut("a", "b");
    assert.equal(fill("b"), queued[0]);
    await world.close(a, e, ...silent);
  });

  it("has no more under way than the peer's window", async () => {
    const world = new LinkWorld();
    const windowBytes = 256 * 1024;
    const [a, b] = await world.pair({ bounds: { windowBytes } });
    world.network.cut("b", "a");
    for (let number = 0; number < 100; number += 1) a.send("b", { number, padding: 10_000 });
    await world.run(200);
    const { receivedBytes } = b.links.counts();
    assert.ok(receivedBytes <= windowBytes + 1_000 && receivedBytes > windowBytes / 2, `${receivedBytes} bytes`);
    world.network.heal("b", "a");
    await world.run(200);
    assert.equal(b.received.length, 100);
    await world.close(a, b);
  });

  it("sends an envelope that is larger than the window, alone", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair({ bounds: { windowBytes: 1_000 } });
    a.send("b", { number: 1, padding: 5_000 });
    a.send("b", { number: 2, padding: 100_000 });
    await world.run(500);
    assert.deepEqual(b.from("a"), [1, 2]);
    await world.close(a, b);
  });
});
