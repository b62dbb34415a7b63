import { InterceptionError } from "../errors.ts";
import type { BlockReply } from "../service/shard-message.ts";
import type { ShardAsks } from "./shard-asks.ts";

/** `dropped`: the block was not wanted. */
export type Settled = Exclude<BlockReply, { readonly type: "refused" }> | { readonly type: "dropped" };

export interface Settlement {
  readonly blockId: string;
  /** False: it is dropped. */
  readonly approve: boolean;
  /** Name of the caller. */
  readonly by: string;
}

/**
 * Puts a block that waits for a person into force, or drops it. Its id does not say in which shard it is: all are asked.
 *
 * @throws InterceptionError `not-found`: no shard has it; `unavailable`: one that does not answer may have it; or as the shard refuses
 */
export const settleBlock = async (asks: ShardAsks, settlement: Settlement): Promise<Settled> => {
  const answers = await asks.each<BlockReply | { readonly type: "dropped" }>((replyTo) => ({
    ...{ type: "settle", ...settlement },
    replyTo,
  }));
  const replies = answers.flatMap((answer) => (answer.ok ? [answer.reply] : []));
  for (const reply of replies) if (reply.type !== "refused") return reply;
  for (const reply of replies) {
    if (reply.type === "refused" && reply.code !== "not-found") throw new InterceptionError(reply.code, reply.message);
  }
  for (const answer of answers) if (!answer.ok) throw answer.error;
  const { blockId } = settlement;
  throw new InterceptionError("not-found", `no block ${JSON.stringify(blockId)} waits for a person`, {
    ids: { blockId },
  });
};
