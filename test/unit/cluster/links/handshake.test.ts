import assert from "node:assert/strict";
import { helloFrame, linkProtocolVersion, type LinkHello } from "../../../../src/wire/index.ts";
import type { LinkRefusal } from "../../../../src/cluster/index.ts";
import { LinkWorld, type LinkNode, type NodeOptions } from "./link-world.ts";
import { RawSender } from "./raw-sender.ts";

/** One of the two refuses the other: with the reason on both sides, in their counters, logs and views. */
const bothSay = (sender: LinkNode, receiver: LinkNode, reason: LinkRefusal): void => {
  assert.equal(sender.state(receiver.ref.node), `refused: ${reason}`);
  assert.ok(receiver.links.counts().refusedByUs[reason] > 0, "the receiver did not count it");
  assert.ok(sender.links.counts().refusedByPeers[reason] > 0, "the sender did not count it");
  assert.equal(receiver.log.of("the link of a node was refused")[0]?.["reason"], reason);
  const line = sender.log.of("link ended; it is tried again").at(-1);
  assert.equal(line?.["reason"], reason);
  assert.equal(line["by"], "peer");
};

const refusedPair = async (ofA: NodeOptions, ofB: NodeOptions, reason: LinkRefusal): Promise<void> => {
  const world = new LinkWorld();
  const a = world.node("a", ofA);
  const b = world.node("b", ofB);
  world.members([a, b]);
  a.send("b", { number: 1 });
  await world.run(300);
  bothSay(a, b, reason);
  assert.deepEqual(b.from("a"), []);
  await world.close(a, b);
};

describe("links: handshake", () => {
  it("refuses a node of another cluster", () =>
    refusedPair({ cluster: "theirs" }, { cluster: "ours" }, "other-cluster"));

  it("refuses a node whose settings differ", () =>
    refusedPair({ settings: { leaseMs: 1_000 } }, { settings: { leaseMs: 3_000 } }, "settings-differ"));

  it("refuses a node that shows the certificate of another", () =>
    refusedPair({ certifiedNode: "c" }, { certifiedNode: "b" }, "certificate"));

  it("takes settings that are the same in another order, and a node with its own certificate", async () => {
    const world = new LinkWorld();
    const a = world.node("a", { settings: { one: 1, two: null }, certifiedNode: "a" });
    const b = world.node("b", { settings: { two: null, one: 1 }, certifiedNode: "b" });
    world.members([a, b]);
    await world.run(100);
    assert.equal(a.state("b"), "up");
    assert.equal(b.state("a"), "up");
    await world.close(a, b);
  });

  it("sends nothing to a node that shows the certificate of another", async () => {
    const world = new LinkWorld();
    const a = world.node("a", { certifiedNode: "a" });
    const b = world.node("b", { certifiedNode: "c" });
    world.members([a, b]);
    await world.run(300);
    assert.ok(a.links.counts().failures.certificate > 0);
    assert.equal(b.links.counts().receivedFrames, 0);
    await world.close(a, b);
  });

  it("refuses who means an earlier incarnation, until the table tells of the new one", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    await world.close(b);
    const again = world.node("b", { incarnation: "b-2" });
    again.links.tableChanged(world.view);
    a.send("b", { number: 1 });
    await world.run(3_000);
    bothSay(a, again, "wrong-target");
    world.members([a, again]);
    await world.run(100);
    assert.equal(a.state("b"), "up");
    assert.deepEqual(a.undelivered, [1]);
    assert.deepEqual(a.ended, [{ node: "b", incarnation: "b-1" }]);
    assert.deepEqual(again.from("a"), []);
    await world.close(a, again);
  });

  it("refuses a sender that the table does not know, but reads the table first", async () => {
    const world = new LinkWorld();
    const a = world.node("a");
    const b = world.node("b");
    world.members([b]);
    const old = world.view;
    let readings = 0;
    b.table = () => {
      readings += 1;
      return Promise.resolve(readings === 1 ? old : world.view);
    };
    world.members([a, b], [a]);
    await world.run(30);
    bothSay(a, b, "unknown-sender");
    assert.equal(readings, 1);
    await world.run(300);
    assert.equal(a.state("b"), "up");
    assert.equal(readings, 2);
    // What it read also tells it whom to link to.
    assert.equal(b.state("a"), "up");
    await world.close(a, b);
  });

  it("refuses an unknown sender when the table cannot be read", async () => {
    const world = new LinkWorld();
    const a = world.node("a");
    const b = world.node("b");
    b.table = () => Promise.reject(new Error("the store is away"));
    world.members([a, b], [a]);
    await world.run(300);
    bothSay(a, b, "unknown-sender");
    await world.close(a, b);
  });

  it("ends the link of a sender that the table no longer calls live", async () => {
    const world = new LinkWorld();
    const [a, b] = await world.pair();
    world.members([b]);
    await world.run(100);
    a.send("b", { number: 1 });
    await world.run(300);
    bothSay(a, b, "unknown-sender");
    assert.deepEqual(b.from("a"), []);
    assert.deepEqual(b.ended, [a.ref]);
    await world.close(a, b);
  });
});

describe("links: handshake of a sender that does as it likes", () => {
  let world: LinkWorld;
  let b: LinkNode;
  let sender: RawSender;
  const hello: LinkHello = {
    protocolVersion: linkProtocolVersion,
    cluster: "test",
    fromNode: "a",
    fromIncarnation: "a-1",
    toNode: "b",
    toIncarnation: "b-1",
    epoch: 1,
    settingsDigest: "",
    firstHeld: 1,
  };

  beforeEach(async () => {
    world = new LinkWorld();
    const a = world.node("a");
    b = world.node("b");
    world.members([a, b]);
    await world.run(100);
    await world.close(a);
    sender = await RawSender.after(world, b);
  });

  afterEach(() => world.close(b));

  const refusedFor = async (change: Partial<LinkHello>, reason: LinkRefusal): Promise<void> => {
    const { last } = await sender.try([helloFrame({ ...sender.hello, ...change })]);
    assert.deepEqual([last?.type, last?.type === "refuse" ? last.refuse.reason : undefined], ["refuse", reason]);
    assert.equal(b.links.counts().refusedByUs[reason], 1);
  };

  it("refuses another version of the protocol", () =>
    refusedFor({ protocolVersion: hello.protocolVersion + 1 }, "protocol-version"));

  it("refuses another target", () => refusedFor({ toNode: "c" }, "wrong-target"));

  it("refuses an epoch that it has seen", () => refusedFor({ epoch: 1 }, "stale-epoch"));

  it("refuses a sender that has forgotten what was not handled", () => refusedFor({ firstHeld: 5 }, "gap"));

  it("refuses a hello in the name of the node itself", () =>
    refusedFor({ fromNode: "b", fromIncarnation: "b-1" }, "unknown-sender"));

  it("refuses a field above its bound", () => refusedFor({ cluster: "c".repeat(300) }, "malformed"));

  it("ends a connection that says nothing", async () => {
    const { last } = await sender.try([], 6_000);
    assert.equal(last?.type === "refuse" ? last.refuse.reason : undefined, "no-handshake");
  });

  it("lets only so many connections wait for their hello", async () => {
    const before = b.links.counts().refusedByUs["too-many"];
    for (let index = 0; index < 70; index += 1) sender.open();
    await world.run(10);
    assert.equal(b.links.counts().refusedByUs["too-many"] - before, 6);
    await world.run(6_000);
    assert.equal((await sender.try([helloFrame(sender.hello)])).last?.type, "welcome");
  });
});
