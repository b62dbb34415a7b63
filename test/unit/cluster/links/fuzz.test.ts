import assert from "node:assert/strict";
import { seededRandom } from "../../../../src/base/random.ts";
import { helloFrame } from "../../../../src/wire/index.ts";
import { endsOf, FrameFuzz } from "./frame-fuzz.ts";
import { LinkWorld } from "./link-world.ts";
import { batchFrame, RawSender } from "./raw-sender.ts";

const frames = 100_000;
const perTurn = 50;

describe("links: frames that no node sends", () => {
  it("lives through 100,000 of them, counts how each connection ended, and serves the next one as ever", async function () {
    this.timeout(120_000);
    const world = new LinkWorld();
    const b = world.node("b");
    world.members([world.node("a"), b], [b]);
    const sender = await RawSender.after(world, b);
    const fuzz = new FrameFuzz(seededRandom(99), () => sender.hello, true);
    const before = b.links.counts();
    const judged = (): number => {
      const { receivedFrames, failures } = b.links.counts();
      return receivedFrames - before.receivedFrames + failures.oversized;
    };
    let connections = 0;
    while (judged() < frames) {
      for (let index = 0; index < perTurn; index += 1) {
        const { channel } = sender.open();
        fuzz.spoil(channel);
        channel.close();
      }
      connections += perTurn;
      await world.run(1);
    }
    const after = b.links.counts();
    assert.equal(endsOf(after) - endsOf(before), connections, "a connection ended without being counted");
    for (const [kind, count] of Object.entries(fuzz.sent)) assert.ok(count >= 200, `${kind}: ${count}`);
    const { malformed, gap, "stale-epoch": stale } = after.refusedByUs;
    const branches = { malformed, gap, stale, oversized: after.failures.oversized, duplicates: after.duplicates };
    for (const [name, count] of Object.entries(branches)) assert.ok(count > 100, `${name}: ${count}`);
    // A flipped bit may make an envelope that its reader refuses.
    assert.equal(after.received, b.received.length + after.handlerFailures);

    // Above all epochs that a flipped bit has made.
    const last = { ...sender.hello, epoch: 2 ** 52 };
    const { frames: answers } = await sender.try([helloFrame(last)]);
    const [welcome] = answers;
    assert.ok(welcome?.type === "welcome", `not welcome: ${JSON.stringify(welcome)}`);
    await sender.try([
      helloFrame({ ...last, epoch: last.epoch + 1 }),
      batchFrame(welcome.welcome.handled + 1, [4_711]),
    ]);
    assert.equal(b.from("a").at(-1), 4_711);
    await world.close(b);
  });
});
