import { blockRecordChange, parseBlockRecord } from "../records/block-record.ts";
import { actionBeside, neverBlocked, refused, replyOf } from "./block-subject.ts";
import { isTableFull, tableFull } from "./caps.ts";
import { entryChange, offenceChange } from "../records/entry-record.ts";
import { blockKey } from "../records/keys.ts";
import type { PendingBlock } from "./pending-blocks.ts";
import { changeId, eventChange } from "./raise-event.ts";
import type { BlockReply } from "../shard-message.ts";
import { commitChanges, loadOf, type ShardWork } from "../shard-state.ts";

export interface Settlement {
  readonly blockId: string;
  readonly approve: boolean;
  /** The person. */
  readonly by: string;
}

export type SettleReply = BlockReply | { readonly type: "dropped" };

/**
 * Puts a block that waits for a person into force, whatever the caps say, or drops it. The same again has the same answer.
 *
 * @throws ClusterError `not-owner`, StoreError: as of `commitChanges`
 */
export const settleBlock = async (work: ShardWork, settlement: Settlement): Promise<SettleReply> => {
  const { state, grant, clock } = work;
  const { blockId, approve } = settlement;
  const block = state.pending.get(blockId);
  if (block === undefined) return settledBefore(work, settlement);
  if (approve) return enforce(work, block, settlement.by);
  const dropped = blockRecordChange(grant.shard, block, { state: "dropped" }, clock.wallMs());
  await commitChanges(work, [state.pending.drop(grant.shard, block), dropped]);
  return { type: "dropped" };
};

const settledBefore = async ({ grant }: ShardWork, { blockId, approve }: Settlement): Promise<SettleReply> => {
  const record = await grant.space.records.get(blockKey(grant.shard, blockId));
  const settled = record === undefined ? undefined : parseBlockRecord(record.value).outcome;
  // One that still says `pending` has waited for too long.
  if (settled === undefined || settled.state === "pending") {
    return refused("not-found", `no block ${blockId} waits for a person, or not any more`);
  }
  if (approve) return replyOf(blockId, settled);
  if (settled.state === "dropped") return { type: "dropped" };
  return refused("conflict", `block ${blockId} is in force already: unblock its subject`);
};

const enforce = async (work: ShardWork, block: PendingBlock, by: string): Promise<SettleReply> => {
  const { state, grant, clock, settings } = work;
  const { blockId, rule, field, subject, blockMs, offence, reason } = block;
  const { shard } = grant;
  const key = { rule, field, subject };
  if (state.rules.never.has(field, subject)) return neverBlocked(field, subject);
  const held = state.table.get(key);
  if (held === undefined && isTableFull(settings.caps, loadOf(state))) return refused("busy", tableFull(settings.caps));
  if (!state.rules.wants(block)) {
    return refused("conflict", `rule ${rule} is gone, or does not want block ${blockId} any more: reject the block`);
  }
  const live = state.rules.get(rule);
  const nowMs = clock.wallMs();
  const action = actionBeside(held, block.action, nowMs);
  const untilMs = Math.max(held?.untilMs ?? 0, nowMs + blockMs);
  const dropped = state.pending.drop(shard, block);
  const begun = { ...key, action, shadow: false, untilMs, sinceMs: nowMs, offence, reason };
  const entry = state.table.put({ ...begun, by: block.by, blockId, made: block.made });
  await commitChanges(work, [
    dropped,
    entryChange(shard, entry, nowMs),
    ...(live === undefined ? [] : [offenceChange(shard, key, live, { offences: offence, blockMs, nowMs })]),
    blockRecordChange(shard, block, { state: "blocked", untilMs }, nowMs),
    eventChange({
      id: changeId(shard, entry.sequence),
      kind: live === undefined ? "block" : "crossing",
      key,
      ...(live === undefined ? {} : { ruleName: live.rule.name }),
      action,
      shadow: false,
      pending: false,
      untilMs,
      atMs: nowMs,
      reason,
      by,
      ...(block.cause === undefined ? {} : { cause: block.cause }),
    }),
  ]);
  return { type: "blocked", untilMs };
};
