import { manualRule } from "../../../../engines/intercept/index.ts";
import type { Cause } from "../../../../engines/events/index.ts";
import type { Change } from "../../../../store/index.ts";
import { blockRecordChange } from "../records/block-record.ts";
import type { Entry } from "./interception-table.ts";
import { indicationKey, offenceKey } from "../records/keys.ts";
import type { PendingBlock } from "./pending-blocks.ts";
import { changeId, eventChange } from "./raise-event.ts";
import { commitChanges, type ShardWork } from "../shard-state.ts";

/** With two changes for each of these and for each of 256 rules, a commit keeps its bound. */
const mostWaiting = 100;

export interface UnblockOrder {
  readonly field: string;
  readonly subject: string;
  readonly by: string;
  readonly cause: Cause | undefined;
}

/**
 * Ends what holds against a subject or waits to, and lets its counts and offences begin anew.
 *
 * @returns how many interceptions ended
 * @throws ClusterError `not-owner`, StoreError: as of `commitChanges`
 */
export const unblockSubject = async (work: ShardWork, order: UnblockOrder): Promise<number> => {
  const { state, clock } = work;
  const { field, subject } = order;
  const nowMs = clock.wallMs();
  const keys = [...state.rules.keysOf(field, subject)];
  const ended = keys.map((key) => state.table.get(key)).filter((entry) => entry !== undefined);
  const waiting = [...state.pending.all()]
    .filter((block) => block.field === field && block.subject === subject)
    .slice(0, mostWaiting);
  const changes = [
    ...forget(
      work,
      order,
      keys.map(({ rule }) => rule).filter((rule) => rule !== manualRule),
      nowMs,
    ),
    ...ended.map((entry) => end(work, entry)),
    ...waiting.flatMap((block) => reject(work, block, nowMs)),
    ...raise(work, order, ended, nowMs),
  ];
  if (changes.length > 0) await commitChanges(work, changes);
  return ended.length;
};

const forget = (
  { state, grant: { shard } }: ShardWork,
  { field, subject }: UnblockOrder,
  rules: number[],
  nowMs: number,
): readonly Change[] => {
  if (rules.length === 0) return [];
  const bucket = state.buckets.of(subject);
  for (const rule of rules) bucket.forget(rule, subject);
  bucket.dirtySince ??= state.journal.last + 1;
  return [
    ...rules.map((rule): Change => ({ type: "delete", key: offenceKey(shard, { rule, field, subject }) })),
    ...state.journal.append(shard, [{ atMs: nowMs, rows: [], forgotten: { subject, rules } }]),
  ];
};

const end = ({ state, grant: { shard } }: ShardWork, entry: Entry): Change => {
  state.table.drop(entry);
  return { type: "delete", key: indicationKey(shard, entry) };
};

const reject = ({ state, grant: { shard } }: ShardWork, block: PendingBlock, nowMs: number): readonly Change[] => [
  state.pending.drop(shard, block),
  blockRecordChange(shard, block, { state: "dropped" }, nowMs),
];

const raise = (
  { state, grant: { shard } }: ShardWork,
  { field, subject, by, cause }: UnblockOrder,
  ended: readonly Entry[],
  nowMs: number,
): readonly Change[] => {
  if (ended.length === 0) return [];
  return [
    eventChange({
      id: changeId(shard, state.table.skip()),
      kind: "unblock",
      key: { rule: manualRule, field, subject },
      action: ended.some(({ action }) => action === "deny") ? "deny" : "challenge",
      shadow: ended.every(({ shadow }) => shadow),
      pending: false,
      untilMs: Math.max(...ended.map(({ untilMs }) => untilMs)),
      atMs: nowMs,
      reason: `${ended.length} interceptions ended`,
      by,
      ...(cause === undefined ? {} : { cause }),
    }),
  ];
};
