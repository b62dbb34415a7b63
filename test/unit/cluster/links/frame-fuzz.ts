import type { Random } from "../../../../src/base/random.ts";
import type { Channel, LinkCounts } from "../../../../src/cluster/index.ts";
import {
  ackFrame,
  helloFrame,
  mostFrameBytes,
  probeFrame,
  senderRefuseFrame,
  type LinkHello,
} from "../../../../src/wire/index.ts";
import { batchFrame } from "./raw-sender.ts";

const randomBytes = (random: Random, length: number): Buffer => {
  const bytes = Buffer.alloc(length + 4);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(random.below(2 ** 32), at);
  return bytes.subarray(0, length);
};

/** A field 1, 2 or 3 that holds one that holds one … */
const nested = (random: Random, depth: number): Buffer => {
  const frame = Buffer.alloc(4 * depth);
  const tag = 8 * (1 + random.below(3)) + 2;
  for (let level = 0; level < depth; level += 1) {
    const length = 4 * (depth - level - 1);
    frame[4 * level] = tag;
    frame[4 * level + 1] = (length & 0x7f) | 0x80;
    frame[4 * level + 2] = ((length >>> 7) & 0x7f) | 0x80;
    frame[4 * level + 3] = length >>> 14;
  }
  return frame;
};

/** One that a node could send, now or at another time. */
const proper = (random: Random, hello: LinkHello): Buffer => {
  switch (random.below(10)) {
    case 0:
      return helloFrame({ ...hello, epoch: Math.max(0, hello.epoch - random.below(2)) });
    case 1:
      return senderRefuseFrame({ reason: "silent", message: "x" });
    case 2:
      return ackFrame({ handled: random.below(100), windowBytes: random.below(2 ** 32) });
    case 3:
    case 4:
    case 5:
      return probeFrame(random.below(2 ** 32));
    default:
      return batchFrame(
        1 + random.below(random.below(4) > 0 ? 2 : 200),
        Array.from({ length: 1 + random.below(20) }, () => random.below(1_000)),
      );
  }
};

const flipped = (random: Random, frame: Buffer): Buffer => {
  const changed = Buffer.from(frame);
  for (let flips = 1 + random.below(3); flips > 0; flips -= 1) {
    const at = random.below(changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
};

const tooLarge = Buffer.alloc(mostFrameBytes + 1, batchFrame(1, [1]));

const kinds = ["random", "truncated", "nested", "oversized", "flipped", "replayed", "misplaced"] as const;
type Kind = (typeof kinds)[number];

const mostReplayed = 200;
/** Part of the frames that are proper ones: most others end their connection. */
const properPart = 0.6;

/** A sender that sends frames which no node sends, or not at that point. */
export class FrameFuzz {
  /** How many of each kind were sent. */
  readonly sent = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  readonly #random: Random;
  readonly #hello: () => LinkHello;
  readonly #oversizedOneIn: number;
  readonly #earlier: Buffer[] = [];

  /**
   * @param hello one that would be taken, with a higher epoch each time
   * @param oversized whether there are frames above the largest size; not where the sender's own transport would keep them back
   */
  constructor(random: Random, hello: () => LinkHello, oversized: boolean) {
    this.#random = random;
    this.#hello = hello;
    this.#oversizedOneIn = oversized ? 20 : Infinity;
  }

  /** Misbehaves on a new connection. Some are taken first; each is answered or ended. */
  spoil(channel: Channel): void {
    const random = this.#random;
    const hello = this.#hello();
    if (random.below(3) > 0) channel.send(helloFrame(hello));
    // A connection ends with the first frame that is refused.
    for (let left = 1 + random.below(8); left > 0; left -= 1) {
      const kind = this.#kind();
      const frame = this.#frame(kind, hello);
      if (kind === "misplaced" && this.#earlier.length < mostReplayed) this.#earlier.push(frame);
      channel.send(frame);
      this.sent[kind] += 1;
    }
  }

  /** Large ones are costly, and rare. */
  #kind(): Kind {
    if (this.#random.next() < properPart) return this.#random.below(2) === 0 ? "replayed" : "misplaced";
    const kind = kinds[this.#random.below(kinds.length)] ?? "random";
    return kind === "oversized" && this.#random.next() * this.#oversizedOneIn >= 1 ? "random" : kind;
  }

  #frame(kind: Kind, hello: LinkHello): Buffer {
    const random = this.#random;
    const frame = proper(random, hello);
    switch (kind) {
      case "random":
        return randomBytes(random, random.below(200));
      case "truncated":
        return frame.subarray(0, random.below(frame.length));
      case "nested":
        return nested(random, 1 + random.below(2_000));
      case "oversized":
        return tooLarge;
      case "flipped":
        return flipped(random, frame);
      case "replayed":
        return this.#earlier[random.below(this.#earlier.length)] ?? frame;
      case "misplaced":
        return frame;
    }
  }
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, one) => all + one, 0);

/** How many connections of others have ended at a node, by its counters. */
export const endsOf = ({ refusedByUs, refusedByPeers, failures }: LinkCounts): number =>
  // A node's own link finds its peer silent.
  sum(refusedByUs) - refusedByUs.silent + sum(refusedByPeers) + sum(failures);
