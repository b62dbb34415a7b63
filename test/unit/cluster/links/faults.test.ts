import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../../src/base/random.ts";
import { LinkWorld, type LinkNode } from "./link-world.ts";

type Fault = "send" | "burst" | "reset" | "cut" | "cut-back" | "heal" | "restart" | "run";

const faults: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant("send" as const) },
  { weight: 2, arbitrary: fc.constant("burst" as const) },
  { weight: 6, arbitrary: fc.constant("run" as const) },
  { weight: 3, arbitrary: fc.constant("reset" as const) },
  { weight: 1, arbitrary: fc.constant("cut" as const) },
  { weight: 1, arbitrary: fc.constant("cut-back" as const) },
  { weight: 2, arbitrary: fc.constant("heal" as const) },
  { weight: 1, arbitrary: fc.constant("restart" as const) },
);

/** What became of the numbers that were told to one incarnation of `b`. */
interface Life {
  readonly node: LinkNode;
  readonly sent: number[];
}

const totals = { resets: 0, cuts: 0, restarts: 0, resent: 0, connected: 0, undelivered: 0 };

const heal = (world: LinkWorld): void => {
  world.network.heal("a", "b");
  world.network.heal("b", "a");
};

const schedule = async (seed: number, steps: readonly Fault[]): Promise<void> => {
  const random = seededRandom(seed);
  const world = new LinkWorld(seed, (delays) => delays.next() * 30);
  const bounds = { windowBytes: 2_000 };
  const a = world.node("a", { bounds });
  let life: Life = { node: world.node("b", { bounds }), sent: [] };
  const lives = [life];
  let number = 0;
  world.members([a, life.node]);
  const send = (): void => {
    number += 1;
    if (a.send("b", { number, padding: random.below(300) }) === "queued") life.sent.push(number);
  };
  for (const step of steps) {
    if (step === "send") send();
    else if (step === "burst") for (let index = 0; index < 50; index += 1) send();
    else if (step === "run") await world.run(random.below(200));
    else if (step === "heal") heal(world);
    else if (step === "cut") world.network.cut("a", "b");
    else if (step === "cut-back") world.network.cut("b", "a");
    else if (step === "reset") {
      world.network.reset("a", "b");
      totals.resets += 1;
    } else {
      await world.close(life.node);
      life = { node: world.node("b", { bounds, incarnation: `b-${lives.length + 1}` }), sent: [] };
      lives.push(life);
      // The table tells of it later than some of what is sent.
      await world.run(random.below(100));
      lives.at(-2)?.sent.push(...life.sent.splice(0));
      world.members([a, life.node]);
      totals.restarts += 1;
    }
    if (step === "cut" || step === "cut-back") totals.cuts += 1;
  }
  heal(world);
  await world.run(12_000);

  const gone = new Set(a.undelivered);
  for (const { node, sent } of lives) {
    const received = node.from("a");
    // Each once and in order (I7), and nothing that was not sent to this very incarnation.
    assert.deepEqual(received, sent.slice(0, received.length));
    if (node === life.node) assert.deepEqual(received, sent, "something was lost although both incarnations live");
    // What an incarnation did not handle was told (I17). What it handled may have been told too: its word was lost.
    else for (const lost of sent.slice(received.length)) assert.ok(gone.has(lost), `${lost} vanished without a word`);
  }
  const { resent, connected, queued, acknowledged, undelivered } = a.links.counts();
  assert.equal(queued, acknowledged + undelivered);
  totals.resent += resent;
  totals.connected += connected;
  totals.undelivered += undelivered;
  await world.close(a, life.node);
};

describe("links: faults", () => {
  it("loses, doubles and reorders nothing between two incarnations, whatever happens to their connections", async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(fc.integer(), fc.array(faults, { minLength: 30, maxLength: 80 }), schedule), {
      numRuns: 60,
    });
    // Every branch was taken.
    for (const [name, count] of Object.entries(totals)) assert.ok(count >= 20, `${name}: ${count}`);
  });

  it("goes on after a loss of the connection at any frame", async () => {
    for (let lossMs = 0; lossMs < 60; lossMs += 1) {
      const world = new LinkWorld(lossMs, () => 3);
      const a = world.node("a", { bounds: { windowBytes: 300 } });
      const b = world.node("b", { bounds: { windowBytes: 300 } });
      world.members([a, b]);
      for (let number = 0; number < 60; number += 1) {
        a.send("b", { number, padding: 20 });
        if (number === lossMs) world.network.reset("a", "b");
        await world.run(1);
      }
      await world.run(1_000);
      assert.deepEqual(
        b.from("a"),
        Array.from({ length: 60 }, (_, number) => number),
      );
      await world.close(a, b);
    }
  });

  it("replays equally for equal seeds", async () => {
    const run = async (): Promise<unknown> => {
      const world = new LinkWorld(7, (random) => random.next() * 50);
      const [a, b] = await world.pair();
      for (let number = 0; number < 200; number += 1) {
        a.send("b", { number });
        if (number % 40 === 0) world.network.reset("a", "b");
        await world.run(7);
      }
      await world.run(2_000);
      const seen = [b.received, a.links.counts(), b.links.counts(), a.links.views()];
      await world.close(a, b);
      return seen;
    };
    assert.deepEqual(await run(), await run());
  });
});
