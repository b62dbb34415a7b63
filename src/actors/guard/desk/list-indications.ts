import { InterceptionError } from "../errors.ts";
import { mostListedIndications, type ListedIndication } from "../service/shard-message.ts";
import { guardKind } from "../service/shard-protocol.ts";
import type { Page, PageRequest } from "../../../store/index.ts";
import type { ShardAsks } from "./shard-asks.ts";

export interface IndicationFilter {
  readonly state?: ListedIndication["state"];
  /** 0: manual blocks. */
  readonly rule?: number;
}

interface Listed {
  readonly type: "listed";
  readonly indications: readonly ListedIndication[];
  readonly next: string | undefined;
}

const usualPage = 100;

/**
 * A page of the interceptions of all shards, one shard after the other; it may be shorter than was asked for although another follows.
 *
 * @throws InterceptionError `invalid` for a cursor that is none, `unavailable`
 */
export const listIndications = async (
  asks: ShardAsks,
  { state, rule, limit = usualPage, after }: PageRequest & IndicationFilter,
): Promise<Page<ListedIndication>> => {
  let { shard, inShard } = cursorOf(after);
  const rows: ListedIndication[] = [];
  while (shard < guardKind.shards && rows.length < limit) {
    const wanted = Math.min(limit - rows.length, mostListedIndications);
    const { indications, next } = await asks.ask<Listed>(shard, (replyTo) => ({
      ...{ type: "list", state, rule, after: inShard, limit: wanted },
      replyTo,
    }));
    rows.push(...indications);
    inShard = next;
    if (next === undefined) shard += 1;
  }
  return { rows, next: shard < guardKind.shards ? `${shard}:${inShard ?? ""}` : undefined };
};

const cursorOf = (after: string | undefined): { readonly shard: number; readonly inShard: string | undefined } => {
  if (after === undefined) return { shard: 0, inShard: undefined };
  const [, shard, inShard] = /^(\d{1,3}):(.*)$/s.exec(after) ?? [];
  if (shard === undefined || Number(shard) >= guardKind.shards) {
    throw new InterceptionError("invalid", "pageToken: it is from no page of this listing");
  }
  return { shard: Number(shard), inShard: inShard === "" ? undefined : inShard };
};
