import {
  BatchWriter,
  ByteReader,
  decodeReceiverFrame,
  decodeSenderFrame,
  type LinkHello,
  type ReceiverFrame,
} from "../../../../src/wire/index.ts";
import type { Channel, Transport } from "../../../../src/cluster/index.ts";
import { writeLetter, type LinkNode, type LinkWorld } from "./link-world.ts";

/** A connection of a `RawSender`. */
export interface RawConnection {
  readonly channel: Channel;
  readonly frames: ReceiverFrame[];
  readonly last: ReceiverFrame | undefined;
  readonly closed: boolean;
}

/** Stands in for a node, and sends what a node would not. */
export class RawSender {
  /** One that would be taken, with an epoch of its own each time. */
  #hello: LinkHello;
  readonly #world: LinkWorld;
  readonly #transport: Transport;
  readonly #target: LinkNode;

  private constructor(world: LinkWorld, transport: Transport, target: LinkNode, hello: LinkHello) {
    this.#world = world;
    this.#transport = transport;
    this.#target = target;
    this.#hello = hello;
  }

  /** In the name of node `a`, which has linked to `target` before and has ended, though the table does not know it yet. */
  static async after(world: LinkWorld, target: LinkNode): Promise<RawSender> {
    const transport = world.network.transport({ node: "a", address: "a:1" });
    const dialled = new Promise<LinkHello>((resolve) => {
      // The target's own link shows what a hello has to say.
      transport.accept(() => ({
        onFrame: (frame) => {
          const read = decodeSenderFrame(frame, new ByteReader());
          if (read.type === "hello") resolve(read.hello);
        },
        onDrain: () => undefined,
        onClosed: () => undefined,
      }));
    });
    await world.run(5_000);
    const theirs = await dialled;
    return new RawSender(world, transport, target, {
      ...theirs,
      fromNode: theirs.toNode,
      fromIncarnation: theirs.toIncarnation,
      toNode: theirs.fromNode,
      toIncarnation: theirs.fromIncarnation,
      epoch: 100,
      firstHeld: 1,
    });
  }

  get hello(): LinkHello {
    this.#hello = { ...this.#hello, epoch: this.#hello.epoch + 2 };
    return this.#hello;
  }

  open(): RawConnection {
    const frames: ReceiverFrame[] = [];
    let closed = false;
    const { node } = this.#target.ref;
    const channel = this.#transport.dial(
      { node, address: this.#target.address },
      {
        onFrame: (frame) => void frames.push(decodeReceiverFrame(frame, new ByteReader())),
        onDrain: () => undefined,
        onClosed: () => {
          closed = true;
        },
      },
    );
    return {
      channel,
      frames,
      get last() {
        return frames.at(-1);
      },
      get closed() {
        return closed;
      },
    };
  }

  /** Sends these on a connection of their own, and waits for what comes back. */
  async try(frames: readonly Uint8Array[], ms = 10): Promise<RawConnection> {
    const connection = this.open();
    for (const frame of frames) connection.channel.send(frame);
    await this.#world.run(ms);
    return connection;
  }
}

/** The frame of a batch with one letter for each number. */
export const batchFrame = (firstSequence: number, numbers: readonly number[]): Buffer => {
  const writer = new BatchWriter(1_024);
  writer.begin(firstSequence);
  for (const number of numbers) writer.add(writeLetter, { number });
  return writer.end();
};
