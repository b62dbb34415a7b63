import assert from "node:assert/strict";
import { ackFrame, helloFrame, probeFrame, senderRefuseFrame } from "../../../../src/wire/index.ts";
import type { LinkRefusal } from "../../../../src/cluster/index.ts";
import { LinkWorld, type LinkNode } from "./link-world.ts";
import { batchFrame, RawSender } from "./raw-sender.ts";

describe("links: what a receiver does with frames", () => {
  let world: LinkWorld;
  let b: LinkNode;
  let sender: RawSender;

  beforeEach(async () => {
    world = new LinkWorld();
    b = world.node("b");
    world.members([world.node("a"), b], [b]);
    sender = await RawSender.after(world, b);
  });

  afterEach(() => world.close(b));

  const ackMs = 30;

  const refused = async (frames: readonly Uint8Array[], reason: LinkRefusal): Promise<void> => {
    const { last, closed } = await sender.try([helloFrame(sender.hello), ...frames]);
    assert.equal(last?.type === "refuse" ? last.refuse.reason : last?.type, reason);
    assert.equal(closed, true);
    assert.equal(b.links.counts().refusedByUs[reason], 1);
  };

  it("handles what it has not handled of a batch that overlaps with earlier ones, and counts the rest", async () => {
    const frames = [batchFrame(1, [1, 2, 3]), batchFrame(2, [2, 3, 4]), batchFrame(1, [1, 2, 3, 4])];
    const { last } = await sender.try([helloFrame(sender.hello), ...frames], ackMs);
    assert.deepEqual(b.from("a"), [1, 2, 3, 4]);
    assert.equal(b.links.counts().duplicates, 6);
    assert.equal(last?.type === "ack" ? last.ack.handled : last?.type, 4);
  });

  it("goes on over connections: a later one begins behind what was handled", async () => {
    await sender.try([helloFrame(sender.hello), batchFrame(1, [1, 2])]);
    const { frames } = await sender.try([helloFrame(sender.hello), batchFrame(1, [1, 2, 3])]);
    const [welcome] = frames;
    assert.equal(welcome?.type === "welcome" ? welcome.welcome.handled : welcome?.type, 2);
    assert.deepEqual(b.from("a"), [1, 2, 3]);
  });

  it("ends the connection before when a later one comes, and takes nothing from it", async () => {
    const first = await sender.try([helloFrame(sender.hello)]);
    await sender.try([helloFrame(sender.hello), batchFrame(1, [1])]);
    first.channel.send(batchFrame(2, [2]));
    await world.run(10);
    assert.equal(first.last?.type === "refuse" ? first.last.refuse.reason : first.last?.type, "replaced");
    assert.deepEqual(b.from("a"), [1]);
  });

  it("answers a probe with its number", async () => {
    const { last } = await sender.try([helloFrame(sender.hello), probeFrame(2 ** 40)]);
    assert.deepEqual(last, { type: "probe-answer", number: 2 ** 40 });
  });

  it("refuses a gap", () => refused([batchFrame(1, [1]), batchFrame(3, [3])], "gap"));
  it("refuses a second hello", () => refused([helloFrame(sender.hello)], "malformed"));
  it("refuses a frame that only receivers send", () =>
    refused([ackFrame({ handled: 3, windowBytes: 9 })], "malformed"));
  it("refuses an empty frame", () => refused([Buffer.alloc(0)], "malformed"));
  it("refuses a batch that is cut off", () => refused([batchFrame(1, [1, 2]).subarray(0, -1)], "malformed"));

  it("refuses a batch before the hello", async () => {
    const { last } = await sender.try([batchFrame(1, [1])]);
    assert.equal(last?.type === "refuse" ? last.refuse.reason : last?.type, "malformed");
    assert.deepEqual(b.from("a"), []);
  });

  it("ends with a frame above 1 MiB", async () => {
    const { closed } = await sender.try([helloFrame(sender.hello), Buffer.alloc(1024 * 1024 + 1)]);
    assert.equal(closed, true);
    assert.equal(b.links.counts().failures.oversized, 1);
  });

  it("ends when the sender refuses it", async () => {
    const { closed } = await sender.try([
      helloFrame(sender.hello),
      senderRefuseFrame({ reason: "silent", message: "nothing came back" }),
    ]);
    assert.equal(closed, true);
  });
});
