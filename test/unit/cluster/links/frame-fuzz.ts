import type { Random } from "../../../../src/base/random.ts";
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
  switch (random.below(5)) {
    case 0:
      return helloFrame({ ...hello, epoch: Math.max(0, hello.epoch - random.below(2)) });
    case 1:
      return probeFrame(random.below(2 ** 32));
    case 2:
      return senderRefuseFrame({ reason: "silent", message: "x" });
    case 3:
      return ackFrame({ handled: random.below(100), windowBytes: random.below(2 ** 32) });
    default:
      return batchFrame(
        1 + random.below(200),
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

export const fuzzKinds = ["random", "truncated", "nested", "oversized", "flipped", "replayed", "misplaced"] as const;
export type FuzzKind = (typeof fuzzKinds)[number];

/** A frame of this kind that no node sends, or not here. */
export const fuzzFrame = (kind: FuzzKind, random: Random, hello: LinkHello, earlier: readonly Buffer[]): Buffer => {
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
      return earlier[random.below(earlier.length)] ?? frame;
    case "misplaced":
      return frame;
  }
};
