import { manualRule, type InterceptAction } from "../../../../engines/intercept/index.ts";
import type { Change } from "../../../../store/index.ts";
import type { GuardEvent } from "../../work.ts";
import { blockRecordChange, parseBlockRecord, type BlockOutcome } from "../records/block-record.ts";
import { isTableFull, networkTooLarge, reasonToWait, reserveBlocks, tableFull, tooManyBlocks } from "./caps.ts";
import { entryChange } from "../records/entry-record.ts";
import type { Entry } from "./interception-table.ts";
import { blockKey } from "../records/keys.ts";
import { pendingMs } from "./pending-blocks.ts";
import { changeId, eventChange } from "./raise-event.ts";
import type { BlockOrder, BlockReply, Refused } from "../shard-message.ts";
import { commitChanges, loadOf, type ShardWork } from "../shard-state.ts";

/**
 * Does what a person or a playbook has ordered, once for each `blockId`. A block that is there already is not made weaker or shorter.
 *
 * @throws ClusterError `not-owner`, StoreError: as of `commitChanges`
 */
export const blockSubject = async (work: ShardWork, order: BlockOrder): Promise<BlockReply> => {
  const { state, grant, clock } = work;
  const { field, subject } = order;
  const before = await answerBefore(work, order);
  if (before !== undefined) return before;
  if (state.rules.never.has(field, subject)) return neverBlocked(field, subject);
  const why = await reasonForPerson(work, order);
  const nowMs = clock.wallMs();
  if (why === undefined) {
    const { untilMs, changes } = begin(work, order, nowMs);
    const record = blockRecordChange(grant.shard, order, { state: "blocked", untilMs }, nowMs);
    await commitChanges(work, [...changes, record]);
    return { type: "blocked", untilMs };
  }
  if (state.pending.isFull) {
    return refused("busy", `${state.pending.size} blocks wait for a person already: settle some. This one: ${why}`);
  }
  const record = blockRecordChange(grant.shard, order, { state: "pending", why }, nowMs);
  await commitChanges(work, [...wait(work, order, why, nowMs), record]);
  return { type: "pending", why };
};

export const refused = (code: Refused["code"], message: string): Refused => ({ type: "refused", code, message });

export const neverBlocked = (field: string, subject: string): Refused =>
  refused("never-block", `${field} ${subject} is never to be blocked, as neverBlock says`);

/** What whoever asks for a block again is told. */
export const replyOf = (blockId: string, became: BlockOutcome): BlockReply => {
  switch (became.state) {
    case "blocked":
      return { type: "blocked", untilMs: became.untilMs };
    case "pending":
      return { type: "pending", why: became.why };
    case "dropped":
      return refused("conflict", `block ${blockId} was rejected or dropped: ask with another id`);
  }
};

/** What is to be done with a subject that is intercepted already: what holds is not made weaker. */
export const actionBeside = (held: Entry | undefined, action: InterceptAction, nowMs: number): InterceptAction =>
  held !== undefined && held.untilMs > nowMs && held.action === "deny" ? "deny" : action;

/** Undefined: the id is new. One that names the block of another subject, also of one that has crossed a limit, is no id for this one. */
const answerBefore = async (
  { state, grant }: ShardWork,
  { blockId, field, subject }: BlockOrder,
): Promise<BlockReply | undefined> => {
  const record = await grant.space.records.get(blockKey(grant.shard, blockId));
  const waiting = state.pending.get(blockId);
  const known = waiting ?? (record === undefined ? undefined : parseBlockRecord(record.value));
  if (known === undefined) return undefined;
  if (known.field !== field || known.subject !== subject) {
    return refused("conflict", `block ${blockId} is one of ${known.field} ${known.subject}: ask with another id`);
  }
  return "why" in known ? { type: "pending", why: known.why } : replyOf(blockId, known.outcome);
};

/** Which cap the block exceeds. One that only prolongs a block takes no place. */
const reasonForPerson = async (work: ShardWork, { field, subject }: BlockOrder): Promise<string | undefined> => {
  const { state, grant, settings } = work;
  const { caps } = settings;
  if (state.table.get({ rule: manualRule, field, subject }) !== undefined) return undefined;
  const load = loadOf(state);
  const here =
    networkTooLarge(caps, field, subject) ??
    (isTableFull(caps, load) ? tableFull(caps) : undefined) ??
    reasonToWait(caps, load);
  if (here !== undefined) return here;
  return (await reserveBlocks(grant.space.limits, caps, 1)) > 0 ? undefined : tooManyBlocks(caps);
};

const begin = (
  { state, grant: { shard } }: ShardWork,
  order: BlockOrder,
  nowMs: number,
): { readonly untilMs: number; readonly changes: readonly Change[] } => {
  const { blockId, field, subject, reason, by } = order;
  const key = { rule: manualRule, field, subject };
  const held = state.table.get(key);
  const untilMs = Math.max(held?.untilMs ?? 0, nowMs + order.blockMs);
  const action = actionBeside(held, order.action, nowMs);
  const sinceMs = held?.sinceMs ?? nowMs;
  const asked = { ...key, action, shadow: false, untilMs, sinceMs, offence: 0, reason, by, blockId };
  const entry = state.table.put({ ...asked, made: undefined });
  const id = changeId(shard, entry.sequence);
  const event = eventOf(order, { id, action, pending: false, untilMs, atMs: nowMs, reason });
  return { untilMs, changes: [entryChange(shard, entry, nowMs), eventChange(event)] };
};

const wait = (
  { state, grant: { shard } }: ShardWork,
  order: BlockOrder,
  why: string,
  nowMs: number,
): readonly Change[] => {
  const { blockId, field, subject, action, blockMs, reason, by, cause } = order;
  const sequence = state.table.skip();
  const untilMs = nowMs + pendingMs;
  const waiting = { blockId, rule: manualRule, field, subject, action, blockMs, offence: 0, reason, by, why, sequence };
  const id = changeId(shard, sequence);
  const event = eventOf(order, { id, action, pending: true, untilMs, atMs: nowMs, reason: `${reason}; ${why}` });
  return [
    state.pending.put(shard, { ...waiting, sinceMs: nowMs, untilMs, ...(cause === undefined ? {} : { cause }) }),
    eventChange(event),
  ];
};

const eventOf = (
  { field, subject, by, cause }: BlockOrder,
  facts: Pick<GuardEvent, "id" | "action" | "pending" | "untilMs" | "atMs" | "reason">,
): GuardEvent => ({
  ...facts,
  kind: "block",
  key: { rule: manualRule, field, subject },
  shadow: false,
  by,
  ...(cause === undefined ? {} : { cause }),
});
