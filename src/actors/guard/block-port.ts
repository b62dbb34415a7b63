import type { Cause } from "../../engines/events/index.ts";
import type { BlockOrder, BlockReply, Refused } from "./service/shard-message.ts";

export interface UnblockOrder {
  readonly field: string;
  /** Of the field `ip` also a network. */
  readonly subject: string;
  /** Name of the caller, or of the run. */
  readonly by: string;
  readonly cause: Cause | undefined;
}

export type UnblockReply = { readonly type: "unblocked"; readonly ended: number } | Refused;

/**
 * Interception as those see it who order it: playbooks and persons. Both calls answer once what is ordered is stored, and reject when that is
 * not known: the same order again is the same block.
 */
export interface BlockPort {
  block(order: BlockOrder, signal: AbortSignal): Promise<BlockReply>;
  unblock(order: UnblockOrder, signal: AbortSignal): Promise<UnblockReply>;
}
