import assert from "node:assert/strict";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import { envelopeKinds, type ByteWriter } from "../../../../src/wire/index.ts";
import { counterProps, counterProtocol, type CounterProbe } from "../../../support/remote-counter.ts";
import { RemoteWorld } from "./remote-world.ts";

const envelopes = 30_000;
/** How many of them go out at once. */
const burst = 1_000;

const paths = [
  ...Array.from({ length: 9 }, () => "/counter"),
  "/secret",
  "/remote",
  "/",
  "",
  "/counter/",
  "//",
  "/a".repeat(499),
];
const payloads = [
  ...Array.from({ length: 6 }, () => '{"by":1}'),
  '{"by":"1"}',
  "{}",
  "",
  "null",
  "\u0000",
  "[".repeat(5_000),
];

/** Fields as an honest node writes them, each of which may be missing or wrong. */
const anyEnvelope =
  (random: Random) =>
  (writer: ByteWriter, kind: number): void => {
    const oneOf = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
    const often = (): boolean => random.below(8) > 0;
    writer.uint(1, kind);
    if (often()) writer.uint(2, oneOf([0, 1, 2, 3, 16_384, 16_385, 2 ** 40]));
    if (random.below(2) === 0) writer.text(3, oneOf(paths));
    if (random.below(4) === 0) writer.uint(4, oneOf([0, 0, 0, 0, 1, 2, 3, 99]));
    if (often()) writer.text(5, oneOf(["test.counter", "test.counter", "test.counter", "test.counter", "other"]));
    if (often()) writer.uint(6, oneOf([1, 1, 2, 3, 4, 77]));
    if (often()) writer.bytes(7, Buffer.from(oneOf(payloads)));
    if (often()) writer.uint(8, random.below(50));
    if (often()) writer.uint(9, oneOf([0, 1, 1_000, 2 ** 31 - 1, 2 ** 50]));
    if (random.below(4) === 0) writer.bytes(13, Buffer.alloc(oneOf([0, 24, 25])));
    if (random.below(4) === 0) writer.text(99, "a field of a later version");
  };

/** Neither parses as an envelope. */
const garbage = (writer: ByteWriter): void => writer.bytes(1, Buffer.from("no kind"));
const unknownKind = (writer: ByteWriter): void => writer.uint(1, 11);

describe("whatever another node sends", function () {
  this.timeout(60_000);

  it("is handled, or counted as refused, and the node lives", async () => {
    const world = new RemoteWorld();
    const [a, b] = [world.start("a"), world.start("b")];
    const probe: CounterProbe = { added: [], cancelled: 0, leftMs: [] };
    b.system.spawn(counterProps(probe), "counter");
    b.remote.export("/counter", counterProtocol);
    await world.settle();
    const random = seededRandom(7);
    const write = anyEnvelope(random);
    const link = a.links.to("b");
    assert.ok(link !== undefined);

    const kinds = Object.values(envelopeKinds);
    let unreadable = 0;
    for (let i = 0; i < envelopes; i += 1) {
      const bad = random.below(20) === 0;
      if (bad) unreadable += 1;
      const writer = bad ? (random.below(2) === 0 ? garbage : unknownKind) : write;
      assert.equal(link.send(writer, kinds[random.below(kinds.length)] ?? 1), "queued");
      if (i % burst === 0) await world.advance(100);
    }
    // As long as an actor is asked at most, for those that said so.
    await world.advance(10_000);
    const received = Object.values(b.remote.counts().received).reduce((sum, count) => sum + count, 0);
    assert.equal(received + unreadable, envelopes);

    const counter = a.remote.address(counterProtocol, "b", "/counter");
    counter.tell({ type: "add", by: 1 });
    const answer = counter.ask<number>((replyTo) => ({ type: "read", replyTo }), 1_000);
    await world.settle();
    assert.ok((await answer) >= 1);
    for (const [reason, count] of Object.entries(b.remote.counts().refused)) {
      const notHere = ["unencodable", "oversized", "too-many"].includes(reason);
      assert.equal(count > 0, !notHere, `${reason}: ${count}`);
    }
    const { deadLetters } = b.system;
    assert.ok(deadLetters.counts.refused > 1_000, JSON.stringify(deadLetters.counts));
    assert.ok(probe.added.length > 50, `${probe.added.length} were handled`);
    assert.ok(b.remote.counts().servedAsks <= 50, "one for each number that was used");
    await world.close();
  });
});
