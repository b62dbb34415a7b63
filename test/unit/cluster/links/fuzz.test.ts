import assert from "node:assert/strict";
import { seededRandom } from "../../../../src/base/random.ts";
import type { LinkCounts } from "../../../../src/cluster/index.ts";
import { helloFrame } from "../../../../src/wire/index.ts";
import { fuzzFrame, fuzzKinds, type FuzzKind } from "./frame-fuzz.ts";
import { LinkWorld } from "./link-world.ts";
import { batchFrame, RawSender } from "./raw-sender.ts";

const frames = 100_000;
const perTurn = 50;

const allEnds = ({ refusedByUs, refusedByPeers, failures }: LinkCounts): number =>
  // A node's own link finds its peer silent.
  sum(refusedByUs) - refusedByUs.silent + sum(refusedByPeers) + sum(failures);
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, one) => all + one, 0);

describe("links: frames that no node sends", () => {
  it("lives through 100,000 of them, counts how each connection ended, and serves the next one as ever", async function () {
    this.timeout(60_000);
    const world = new LinkWorld();
    const random = seededRandom(99);
    const b = world.node("b");
    world.members([world.node("a"), b], [b]);
    const sender = await RawSender.after(world, b);
    const before = b.links.counts();
    const kinds = Object.fromEntries(fuzzKinds.map((kind) => [kind, 0])) as Record<FuzzKind, number>;
    const replay: Buffer[] = [];
    const judged = (): number => {
      const { receivedFrames, failures } = b.links.counts();
      return receivedFrames - before.receivedFrames + failures.oversized;
    };
    let connections = 0;
    while (judged() < frames) {
      for (let index = 0; index < perTurn; index += 1) {
        const { channel } = sender.open();
        const { hello } = sender;
        // Some are taken, and misbehave then.
        if (random.below(3) > 0) channel.send(helloFrame(hello));
        // A connection ends with the first frame that is refused.
        for (let left = 1 + random.below(4); left > 0; left -= 1) {
          const kind = fuzzKinds[random.below(fuzzKinds.length)] ?? "random";
          if (kind === "oversized" && random.below(20) > 0) continue;
          const frame = fuzzFrame(kind, random, hello, replay);
          if (replay.length < 200) replay.push(frame);
          channel.send(frame);
          kinds[kind] += 1;
        }
        channel.close();
      }
      connections += perTurn;
      await world.run(1);
    }
    const after = b.links.counts();
    const ends = allEnds(after) - allEnds(before);
    for (const kind of fuzzKinds) assert.ok(kinds[kind] >= 200, `${kind}: ${kinds[kind]}`);
    assert.equal(ends, connections, "a connection ended without being counted");
    const { malformed, gap } = after.refusedByUs;
    const branches = {
      malformed,
      gap,
      "stale-epoch": after.refusedByUs["stale-epoch"],
      oversized: after.failures.oversized,
    };
    for (const [name, count] of Object.entries({ ...branches, duplicates: after.duplicates })) {
      assert.ok(count > 100, `${name}: ${count}`);
    }
    // No number was handled twice, or out of order, beyond what its batches said.
    assert.equal(after.received, b.received.length);

    const { frames: answers } = await sender.try([helloFrame({ ...sender.hello, epoch: 2 ** 40 })]);
    const [welcome] = answers;
    assert.ok(welcome?.type === "welcome", `not welcome: ${JSON.stringify(welcome)}`);
    await sender.try([
      helloFrame({ ...sender.hello, epoch: 2 ** 40 + 1 }),
      batchFrame(welcome.welcome.handled + 1, [4_711]),
    ]);
    assert.equal(b.from("a").at(-1), 4_711);
    await world.close(b);
  });
});
