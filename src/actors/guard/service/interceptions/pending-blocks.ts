import { z } from "zod";
import type { Json } from "../../../../base/json.ts";
import { causeShape } from "../../../../engines/events/index.ts";
import type { InterceptionKey } from "../../../../shared-memory/index.ts";
import type { Change } from "../../../../store/index.ts";
import { entryKey, pendingKey } from "../records/keys.ts";

/** What nobody has settled by then is dropped. In milliseconds. */
export const pendingMs = 24 * 3_600_000;
/** Of one shard. */
export const mostPending = 10_000;

const shape = z.strictObject({
  blockId: z.string(),
  rule: z.number(),
  field: z.string(),
  subject: z.string(),
  action: z.enum(["deny", "challenge"]),
  /** How long it is to last from when it is approved. */
  blockMs: z.number(),
  /** As of `Entry`. */
  offence: z.number(),
  reason: z.string(),
  by: z.string(),
  /** Which cap it exceeds. */
  why: z.string(),
  sequence: z.number(),
  sinceMs: z.number(),
  /** When it is dropped. */
  untilMs: z.number(),
  cause: causeShape.exactOptional(),
  /** As of `Entry`. */
  made: z.string().exactOptional(),
});

/** A block that a person has to settle. */
export type PendingBlock = z.infer<typeof shape>;

/** The blocks of a shard that wait for a person. */
export class PendingBlocks {
  readonly #blocks = new Map<string, PendingBlock>();
  /** How many there are for each entry of the table. */
  readonly #keys = new Map<string, number>();

  get size(): number {
    return this.#blocks.size;
  }

  get isFull(): boolean {
    return this.#blocks.size >= mostPending;
  }

  get(blockId: string): PendingBlock | undefined {
    return this.#blocks.get(blockId);
  }

  /** In the order of their sequences. */
  all(): Iterable<PendingBlock> {
    return this.#blocks.values();
  }

  has(key: InterceptionKey): boolean {
    return this.#keys.size > 0 && this.#keys.has(entryKey(key));
  }

  /** Puts back what the store holds, in any order. @throws ZodError */
  restore(values: readonly Json[]): void {
    const blocks = values.map((value) => shape.parse(value));
    for (const block of blocks.toSorted((one, other) => one.sequence - other.sequence)) this.#add(block);
  }

  put(shard: number, block: PendingBlock): Change {
    this.#add(block);
    const { cause, ...rest } = block;
    const value = cause === undefined ? rest : { ...rest, cause: { chain: cause.chain } };
    return { type: "put", key: pendingKey(shard, block.blockId), value, expiresInMs: 2 * pendingMs };
  }

  drop(shard: number, block: PendingBlock): Change {
    this.#blocks.delete(block.blockId);
    const key = entryKey(block);
    const left = (this.#keys.get(key) ?? 1) - 1;
    if (left === 0) this.#keys.delete(key);
    else this.#keys.set(key, left);
    return { type: "delete", key: pendingKey(shard, block.blockId) };
  }

  /** At most `most` of those that have waited for too long, or that nobody wants any more. */
  over(nowMs: number, isWanted: (block: PendingBlock) => boolean, most: number): readonly PendingBlock[] {
    const over: PendingBlock[] = [];
    for (const block of this.#blocks.values()) {
      if (over.length === most) break;
      if (block.untilMs <= nowMs || !isWanted(block)) over.push(block);
    }
    return over;
  }

  #add(block: PendingBlock): void {
    this.#blocks.set(block.blockId, block);
    const key = entryKey(block);
    this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
  }
}
