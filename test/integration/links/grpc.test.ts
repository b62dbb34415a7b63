import assert from "node:assert/strict";
import { seededRandom } from "../../../src/base/random.ts";
import {
  ByteReader,
  decodeReceiverFrame,
  decodeSenderFrame,
  helloFrame,
  type LinkHello,
} from "../../../src/wire/index.ts";
import type { TransportNetwork } from "../../conformance/transport/adapter.ts";
import { grpcNetwork } from "../../conformance/transport/grpc-network.ts";
import { Accepted, dial, type Recorder } from "../../conformance/transport/recorder.ts";
import { until } from "../../support/until.ts";
import { endsOf, FrameFuzz } from "../../unit/cluster/links/frame-fuzz.ts";
import { writeLetter } from "../../unit/cluster/links/link-world.ts";
import { linksOf, tableOf } from "./grpc-node.ts";

const frames = 2_000;
const atOnce = 50;

describe("links over gRPC", () => {
  let network: TransportNetwork;

  beforeEach(() => {
    network = grpcNetwork();
  });
  afterEach(() => network.close());

  it("bring 100,000 envelopes in order, and are told when the outbox is full", async () => {
    const [a, b] = [await network.join("a"), await network.join("b")];
    const view = tableOf({ a: a.address, b: b.address });
    let expected = 0;
    let misplaced = 0;
    const receiver = linksOf("b", b.transport, view, {
      onEnvelope: (_from, envelope) => {
        envelope.next();
        if (envelope.uint() !== expected) misplaced += 1;
        expected += 1;
      },
    });
    const sender = linksOf("a", a.transport, view, {});
    const link = sender.to("b");
    let sent = 0;
    await until(
      () => {
        while (sent < 100_000 && link?.send(writeLetter, { number: sent, padding: 100 }) === "queued") sent += 1;
        return expected === 100_000;
      },
      () => ({ sent, expected, views: sender.views() }),
      20_000,
    );
    assert.equal(misplaced, 0);
    assert.ok(sender.counts().full > 0);
    await Promise.all([sender.close(1_000), receiver.close(1_000)]);
  });

  it("live through frames that no node sends, and count how each connection ended", async function () {
    this.timeout(60_000);
    const [a, b] = [await network.join("a"), await network.join("b")];
    const accepted = new Accepted(a.transport);
    const links = linksOf("b", b.transport, tableOf({ a: a.address, b: b.address }), {});
    const hellos = await HelloMaker.of(await accepted.next());
    const fuzz = new FrameFuzz(seededRandom(5), () => hellos.next(), false);
    let connections = 0;
    while (links.counts().receivedFrames < frames) {
      const opened = Array.from({ length: atOnce }, () => dial(a.transport, "b", b.address));
      for (const { channel } of opened) if (channel !== undefined) fuzz.spoil(channel);
      for (const recorder of opened)
        await recorder.reach(({ frames: got, failures }) => got.length + failures.length > 0);
      for (const { channel } of opened) channel?.close();
      connections += atOnce;
      await until(
        () => endsOf(links.counts()) === connections,
        () => ({ connections, counts: links.counts() }),
      );
    }
    const last = dial(a.transport, "b", b.address);
    last.channel?.send(helloFrame({ ...hellos.next(), epoch: 2 ** 52 }));
    await last.reach(({ frames: answers }) => answers.length > 0);
    const answer = decodeReceiverFrame(last.frames[0] ?? Buffer.alloc(0), new ByteReader());
    assert.equal(answer.type, "welcome");
    last.channel?.close();
    await links.close(0);
  });
});

/** Makes hellos to a node that has said its own. */
class HelloMaker {
  readonly #theirs: LinkHello;
  #epoch = 0;

  private constructor(theirs: LinkHello) {
    this.#theirs = theirs;
  }

  static async of(own: Recorder): Promise<HelloMaker> {
    await own.reach((recorder) => recorder.frames.length > 0);
    const theirs = decodeSenderFrame(own.frames[0] ?? Buffer.alloc(0), new ByteReader());
    assert.ok(theirs.type === "hello");
    return new HelloMaker(theirs.hello);
  }

  next(): LinkHello {
    const { toNode, toIncarnation, fromNode, fromIncarnation } = this.#theirs;
    const names = {
      fromNode: toNode,
      fromIncarnation: toIncarnation,
      toNode: fromNode,
      toIncarnation: fromIncarnation,
    };
    this.#epoch += 2;
    return { ...this.#theirs, ...names, firstHeld: 1, epoch: this.#epoch };
  }
}
