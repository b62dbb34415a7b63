import { endOf, slotId } from "./keys.ts";
import { read, type LimitRow } from "./rows.ts";
import { steps } from "./steps.ts";
import type { Unit } from "./unit.ts";

/**
 * Rates are kept by the generic cell rate algorithm, in the store, over all holders.
 *
 * A slot may be used at any instant of [start, start + validityMs], and what is used takes up to travelMs to arrive where
 * it is counted. So arrivals can come closer together than starts: those within a window [w, w + 1000) have starts within
 * [w − validityMs − travelMs, w + 1000), which is 1000 + validityMs + travelMs long. With starts that long divided by
 * perSecond apart, at most perSecond of them fit in there (rounded up), and with a burst at most perSecond + burst. The
 * price is that the rate kept is 1000 / (1000 + validityMs + travelMs) of the one allowed: 89 %.
 */
export const validityMs = 50;

/** How much the time between use and arrival may vary: busy event loops on both sides, a new connection. */
const travelMs = 75;

export const limitTimes = {
  /** Slots that start later than this are not granted: whoever waits that long may be gone by then. */
  horizonMs: 1_000,
  /** How soon to ask again when only a release can help. */
  askAgainMs: 100,
  /** How long a limit that nobody uses is remembered. */
  idleMs: 60_000,
} as const;

const { horizonMs, askAgainMs, idleMs } = limitTimes;

/** Times of day in milliseconds leave a double less than a microsecond: this is far more than rounding adds up to. */
const roundingMs = 1;

/** The time between the starts of two slots; 0 for a limit that has no rate. */
export const spacingMsOf = (perSecond: number | undefined): number =>
  perSecond === undefined ? 0 : (1_000 + validityMs + travelMs + roundingMs) / perSecond;

export interface SlotTimes {
  readonly id: string;
  /** On the store's clock. */
  readonly startMs: number;
}

export interface EncodedReservation {
  readonly slots: readonly SlotTimes[];
  /** When to ask again; 0 with slots. */
  readonly retryInMs: number;
}

export interface ReserveInput {
  readonly key: string;
  readonly n: number;
  readonly perSecond?: number;
  readonly burst?: number;
  readonly concurrent?: number;
  readonly leaseMs?: number;
}

export const reserve = (unit: Unit, input: ReserveInput): EncodedReservation => {
  const { draft, keys, nowMs } = unit;
  let { arrivalMs, granted } = cleanGrants(unit, input.key, steps.cleanedAtOnce);
  const isNew = draft.get(keys.limit(input.key)) === undefined;

  const free = input.concurrent === undefined ? input.n : Math.min(input.n, input.concurrent - granted);
  if (free <= 0) return { slots: [], retryInMs: firstReleaseInMs(unit, input.key) };

  const spacingMs = spacingMsOf(input.perSecond);
  const toleranceMs = (input.burst ?? 0) * spacingMs;
  const slots: SlotTimes[] = [];
  let startMs = Math.max(nowMs, arrivalMs - toleranceMs);
  const firstInMs = startMs - nowMs;
  while (slots.length < free && startMs <= nowMs + horizonMs) {
    const expiresAtMs = startMs + validityMs + (input.leaseMs ?? 0);
    slots.push({ id: slotId(expiresAtMs, unit.nextToken()), startMs });
    arrivalMs = Math.max(arrivalMs, startMs) + spacingMs;
    startMs = Math.max(nowMs, arrivalMs - toleranceMs);
  }
  if (slots.length === 0) return { slots, retryInMs: Math.max(1, firstInMs - horizonMs) };

  if (input.concurrent !== undefined) {
    for (const slot of slots) draft.put(keys.grant(input.key, slot.id), "");
    granted += slots.length;
  }
  putLimit(unit, input.key, { arrivalMs, granted });
  if (isNew) draft.put(keys.expiry(nowMs + idleMs, "limit", input.key), "");
  return { slots, retryInMs: 0 };
};

export const releaseSlots = (unit: Unit, input: { readonly key: string; readonly slots: readonly string[] }): void => {
  const { draft, keys } = unit;
  const row = readLimit(unit, input.key);
  let granted = row.granted;
  for (const slot of input.slots) {
    const key = keys.grant(input.key, slot);
    if (draft.get(key) === undefined) continue;
    draft.remove(key);
    granted -= 1;
  }
  if (granted !== row.granted) putLimit(unit, input.key, { ...row, granted });
};

/** Forgets a limit that nobody uses; one in use is looked at again later. */
export const expireLimit = (unit: Unit, key: string): void => {
  if (unit.draft.get(unit.keys.limit(key)) === undefined) return;
  unit.save();
  const row = cleanGrants(unit, key, steps.cleanedWhenIdle);
  if (row.arrivalMs <= unit.nowMs && row.granted === 0) unit.draft.remove(unit.keys.limit(key));
  else unit.draft.put(unit.keys.expiry(unit.nowMs + idleMs, "limit", key), "");
};

const readLimit = (unit: Unit, key: string): LimitRow => {
  const text = unit.draft.get(unit.keys.limit(key));
  return text === undefined ? { arrivalMs: 0, granted: 0 } : read.limit(text);
};

const putLimit = (unit: Unit, key: string, row: LimitRow): void => {
  unit.draft.put(unit.keys.limit(key), JSON.stringify(row));
};

/** Takes back grants that ran out. Call with nothing unsaved. */
const cleanGrants = (unit: Unit, key: string, limit: number): LimitRow => {
  const { draft, keys } = unit;
  const row = readLimit(unit, key);
  if (row.granted === 0) return row;
  const index = keys.grantsOf(key);
  const out = draft.range({ from: index, to: keys.dueBy(index, unit.nowMs), limit });
  if (out.length === 0) return row;
  for (const { key: grant } of out) draft.remove(grant);
  const cleaned = { ...row, granted: row.granted - out.length };
  putLimit(unit, key, cleaned);
  return cleaned;
};

const firstReleaseInMs = (unit: Unit, key: string): number => {
  const index = unit.keys.grantsOf(key);
  unit.draft.flush();
  const [first] = unit.draft.range({ from: index, to: endOf(index), limit: 1 });
  if (first === undefined) return askAgainMs;
  return Math.min(askAgainMs, Math.max(1, unit.keys.dueMs(index, first.key) - unit.nowMs));
};
