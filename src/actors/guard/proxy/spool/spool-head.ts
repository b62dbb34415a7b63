import { z } from "zod";
import { asError } from "../../../../base/errors.ts";

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const mostShards = 1_024;

const shape = z.object({
  format: z.literal(1),
  boot: z.string().max(64),
  incarnation: z.string().regex(/^[0-9a-z]{1,32}$/),
  sequences: z.array(count).min(1).max(mostShards),
  dropped: count,
  writers: z.array(z.object({ writer: z.string().max(64), segment: count, offset: count, dropped: count })),
});

/** What is in the spool, and with it what is not to be read again from the shared memory. */
export interface SpoolHead {
  /** The start of the machine in which the incarnation began (`bootId`). */
  readonly boot: string;
  /** Of all parts whose sequence is counted here. */
  readonly incarnation: string;
  /** Of the latest part of each shard. */
  readonly sequences: readonly number[];
  /** Accesses that front ends had to drop, since the incarnation began. */
  readonly dropped: number;
  /** How far the queue of each writer has been read, and how many accesses it had said that it dropped. */
  readonly writers: readonly {
    readonly writer: string;
    readonly segment: number;
    readonly offset: number;
    readonly dropped: number;
  }[];
}

export const encodeSpoolHead = (head: SpoolHead): string => JSON.stringify({ format: 1, ...head });

/** @returns why it is none, as an error, for anything else than what `encodeSpoolHead` made */
export const decodeSpoolHead = (text: string): SpoolHead | Error => {
  try {
    return shape.parse(JSON.parse(text));
  } catch (error) {
    return asError(error);
  }
};
