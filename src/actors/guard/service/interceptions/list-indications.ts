import type { Entry } from "./interception-table.ts";
import type { PendingBlock } from "./pending-blocks.ts";
import { mostListedIndications, type ListedIndication, type ShardMessage } from "../shard-message.ts";
import type { ShardState } from "../shard-state.ts";

type ListOrder = Pick<Extract<ShardMessage, { readonly type: "list" }>, "state" | "rule" | "after" | "limit">;

/** A page of a listing; `next` continues it. */
interface Listed {
  readonly type: "listed";
  readonly indications: readonly ListedIndication[];
  readonly next: string | undefined;
}

/** Those in force first, then those that wait, each in the order of their sequences. `after` is what an earlier page gave as `next`. */
export const listIndications = (
  { table, pending }: ShardState,
  { state, rule, after, limit }: ListOrder,
  nowMs: number,
): Listed => {
  const [kind, place] = after?.split("-") ?? [];
  const from = Number(place ?? 0);
  const most = Math.min(Math.max(1, limit), mostListedIndications);
  const found: ListedIndication[] = [];
  const isFull = (): boolean => found.length === most;
  let last: string | undefined;
  if (state !== "pending" && kind !== "pending") {
    for (const entry of table.all()) {
      if (isFull()) break;
      if (entry.sequence <= from || entry.untilMs <= nowMs || (rule !== undefined && entry.rule !== rule)) continue;
      found.push(active(entry));
      last = `active-${entry.sequence}`;
    }
  }
  if (state !== "active") {
    for (const block of pending.all()) {
      if (isFull()) break;
      if (kind === "pending" && block.sequence <= from) continue;
      if (block.untilMs <= nowMs || (rule !== undefined && block.rule !== rule)) continue;
      found.push(waiting(block));
      last = `pending-${block.sequence}`;
    }
  }
  return { type: "listed", indications: found, next: isFull() ? last : undefined };
};

const active = (entry: Entry): ListedIndication => {
  const { rule, field, subject, action, shadow, untilMs, blockId, sinceMs, offence, reason, by } = entry;
  const key = { rule, field, subject };
  return { ...key, action, shadow, untilMs, state: "active", blockId, sinceMs, offence, reason, by };
};

const waiting = (block: PendingBlock): ListedIndication => {
  const { rule, field, subject, action, untilMs, blockId, sinceMs, offence, reason, why, by } = block;
  const key = { rule, field, subject };
  const shown = `${reason}; ${why}`;
  return { ...key, action, shadow: false, untilMs, state: "pending", blockId, sinceMs, offence, reason: shown, by };
};
