import { z } from "zod";
import type { Json } from "../../../../base/json.ts";
import type { Change } from "../../../../store/index.ts";
import { blockKey } from "./keys.ts";
import { pendingMs } from "../interceptions/pending-blocks.ts";
import type { BlockOrder } from "../shard-message.ts";

const outcome = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("blocked"), untilMs: z.number() }),
  z.strictObject({ state: z.literal("pending"), why: z.string() }),
  z.strictObject({ state: z.literal("dropped") }),
]);
const shape = z.strictObject({ field: z.string(), subject: z.string(), outcome });

/** What became of a block that was asked for. */
export type BlockOutcome = z.infer<typeof outcome>;
/** The same with whom it is about, for whoever asks for the same again. */
export type BlockRecord = z.infer<typeof shape>;

/** @throws ZodError */
export const parseBlockRecord = (value: Json): BlockRecord => shape.parse(value);

/** Kept for as long as the block lasts or waits, and for a day longer. */
export const blockRecordChange = (
  shard: number,
  { blockId, field, subject }: Pick<BlockOrder, "blockId" | "field" | "subject">,
  became: BlockOutcome,
  nowMs: number,
): Change => {
  const lastsMs = became.state === "blocked" ? Math.max(0, became.untilMs - nowMs) : 0;
  const value = { field, subject, outcome: became };
  return { type: "put", key: blockKey(shard, blockId), value, expiresInMs: lastsMs + 2 * pendingMs };
};
