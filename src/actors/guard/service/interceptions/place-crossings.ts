import { blockMsOf, type InterceptRule } from "../../../../engines/intercept/index.ts";
import type { Change } from "../../../../store/index.ts";
import type { InterceptionKey } from "../../../../shared-memory/index.ts";
import { isTableFull, reasonToWait, reserveBlocks, tableFull, tooManyBlocks, type BlockLoad } from "./caps.ts";
import { entryChange, offenceChange, offencesOf } from "../records/entry-record.ts";
import { offenceKey } from "../records/keys.ts";
import { pendingMs } from "./pending-blocks.ts";
import { changeId, eventChange } from "./raise-event.ts";
import type { LiveRule } from "../counting/rule-book.ts";
import { loadOf, type ShardWork } from "../shard-state.ts";

/** A subject that has exceeded a rule, and is not intercepted yet. */
export interface Crossing {
  readonly live: LiveRule;
  readonly subject: string;
}

/** Changes that one crossing takes. */
export const changesOfCrossing = 3;

/** What becomes of a crossing: undefined, it is intercepted; else why it waits for a person. */
type Placing = string | undefined;

/**
 * Puts subjects that have crossed a limit into the table, or among the blocks that wait for a person.
 *
 * @returns what is to be committed, and how many found no place at all
 * @throws StoreError
 */
export const placeCrossings = async (
  work: ShardWork,
  crossings: readonly Crossing[],
  nowMs: number,
): Promise<{ readonly changes: readonly Change[]; readonly refused: number }> => {
  if (crossings.length === 0) return { changes: [], refused: 0 };
  const { grant, state } = work;
  const keys = crossings.map(({ live: { rule }, subject }) => ({ rule: rule.number, field: rule.subject, subject }));
  const known = await grant.space.records.getMany(keys.map((key) => offenceKey(grant.shard, key)));
  const placings = await placingsOf(work, crossings);
  const changes: Change[] = [];
  let refused = 0;
  for (const [at, { live }] of crossings.entries()) {
    const [key, record] = [keys[at], known[at]];
    if (key === undefined) continue;
    const offence = offencesOf(record?.value, live, nowMs) + 1;
    const why = placings[at];
    if (why === undefined) changes.push(...intercept(work, live, key, offence, nowMs));
    else if (!live.rule.shadow && !state.pending.isFull) changes.push(...wait(work, live, key, offence, why, nowMs));
    else refused += 1;
  }
  return { changes, refused };
};

const placingsOf = async (
  { state, grant, settings }: ShardWork,
  crossings: readonly Crossing[],
): Promise<Placing[]> => {
  const { caps } = settings;
  const before = loadOf(state);
  let [active, enforced] = [before.active, before.enforced];
  const placings = crossings.map(({ live: { rule } }): Placing => {
    const load: BlockLoad = { active, enforced, subjects: before.subjects };
    if (isTableFull(caps, load)) return tableFull(caps);
    const why = rule.shadow ? undefined : reasonToWait(caps, load);
    if (why !== undefined) return why;
    active += 1;
    if (!rule.shadow) enforced += 1;
    return undefined;
  });
  let places = await reserveBlocks(grant.space.limits, caps, enforced - before.enforced);
  return placings.map((why, at) => {
    if (why !== undefined || crossings[at]?.live.rule.shadow === true) return why;
    places -= 1;
    return places >= 0 ? undefined : tooManyBlocks(caps);
  });
};

const intercept = (
  { state, grant: { shard } }: ShardWork,
  live: LiveRule,
  key: InterceptionKey,
  offence: number,
  nowMs: number,
): readonly Change[] => {
  const { rule, made } = live;
  const blockMs = blockMsOf(rule, offence);
  const { action, shadow } = rule;
  const reason = reasonOf(rule);
  const untilMs = nowMs + blockMs;
  const begun = { ...key, action, shadow, untilMs, sinceMs: nowMs, offence, reason, by: "" };
  const entry = state.table.put({ ...begun, blockId: undefined, made });
  return [
    entryChange(shard, entry, nowMs),
    offenceChange(shard, key, live, { offences: offence, blockMs, nowMs }),
    eventChange({
      id: changeId(shard, entry.sequence),
      kind: "crossing",
      key,
      ruleName: rule.name,
      action,
      shadow,
      pending: false,
      untilMs,
      atMs: nowMs,
      reason,
      by: "",
    }),
  ];
};

const wait = (
  { state, grant: { shard } }: ShardWork,
  { rule, made }: LiveRule,
  key: InterceptionKey,
  offence: number,
  why: string,
  nowMs: number,
): readonly Change[] => {
  const sequence = state.table.skip();
  const blockId = changeId(shard, sequence);
  const { action } = rule;
  const reason = reasonOf(rule);
  const untilMs = nowMs + pendingMs;
  const blockMs = blockMsOf(rule, offence);
  const waiting = { ...key, blockId, action, blockMs, offence, reason, by: "", why, sequence, sinceMs: nowMs, untilMs };
  return [
    state.pending.put(shard, { ...waiting, made }),
    eventChange({
      id: blockId,
      kind: "crossing",
      key,
      ruleName: rule.name,
      action,
      shadow: false,
      pending: true,
      untilMs,
      atMs: nowMs,
      reason: `${reason}; ${why}`,
      by: "",
    }),
  ];
};

const reasonOf = ({ threshold, distinct, windowMs }: InterceptRule): string =>
  `more than ${threshold} ${distinct === undefined ? "accesses" : `different values of ${distinct}`} within ${windowMs} ms`;
