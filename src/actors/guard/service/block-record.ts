import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { Change } from "../../../store/index.ts";
import { blockKey } from "./keys.ts";
import { pendingMs } from "./pending-blocks.ts";

const shape = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("blocked"), untilMs: z.number() }),
  z.strictObject({ state: z.literal("pending"), why: z.string() }),
  z.strictObject({ state: z.literal("dropped") }),
]);

/** What became of a block that was asked for, for whoever asks for the same again. */
export type BlockRecord = z.infer<typeof shape>;

/** @throws ZodError */
export const parseBlockRecord = (value: Json): BlockRecord => shape.parse(value);

/** Kept for as long as the block lasts or waits, and for a day longer. */
export const blockRecordChange = (shard: number, blockId: string, record: BlockRecord, nowMs: number): Change => {
  const lastsMs = record.state === "blocked" ? Math.max(0, record.untilMs - nowMs) : 0;
  return { type: "put", key: blockKey(shard, blockId), value: record, expiresInMs: lastsMs + 2 * pendingMs };
};
