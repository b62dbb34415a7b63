import { bounds, retryLimits, type Claim, type ClaimRef, type ClaimRequest } from "../ports.ts";
import { readBody } from "./body.ts";
import { findHeld } from "./guard.ts";
import { after, endOf } from "./keys.ts";
import { hold, place, prolong } from "./item-state.ts";
import type { Item } from "./rows.ts";
import { steps } from "./steps.ts";
import type { Unit } from "./unit.ts";

/** A claim as it leaves the model: body and checkpoint are still encoded, the holder's deadline is not known here. */
export type EncodedClaim = Omit<Claim, "body" | "checkpoint" | "deadlineMs"> & {
  readonly body: string;
  readonly checkpoint: string | undefined;
};

export interface HandedOut {
  readonly claims: readonly EncodedClaim[];
  readonly aloneWaiting: boolean;
}

/**
 * Hands out waiting items in their order. An item that has to run alone is handed out only to an owner that holds
 * nothing, as the only one of the call, and that owner gets nothing else while it holds it. Otherwise it is passed
 * over: the items behind it do not wait for a node to become free. Call with nothing unsaved, after the sweeps.
 */
export const handOut = (unit: Unit, input: ClaimRequest): HandedOut => {
  if (runsAlone(unit, input.owner)) return { claims: [], aloneWaiting: true };
  const claimed = unit.tally(input.queue).claimed;
  const slots = Math.min(input.slots, (input.maxClaimed ?? Infinity) - claimed);
  const claims: EncodedClaim[] = [];
  let aloneWaiting = false;
  let bytes = 0;
  for (const item of candidates(unit, input, slots)) {
    const group = item.group === undefined ? undefined : unit.group(item.group);
    if (group !== undefined && (group.held || group.cancelRequested)) {
      place(unit, item);
      continue;
    }
    const alone = item.losses >= retryLimits.aloneAfterLosses;
    if (alone && (input.holding > 0 || claims.length > 0)) {
      aloneWaiting = true;
      continue;
    }
    const claim = take(unit, item, input, alone);
    claims.push(claim);
    bytes += claim.body.length + (claim.checkpoint?.length ?? 0);
    // The next one must fit whatever its size: it is not read before it is taken.
    if (alone || claims.length >= slots || bytes + 2 * bounds.bodyBytes > bounds.callBytes) break;
  }
  return { claims, aloneWaiting };
};

/** Items that could be claimed, in order. Rows are read in pages before any of their items is moved. */
function* candidates(unit: Unit, input: ClaimRequest, slots: number): Iterable<Item> {
  if (slots <= 0) return;
  if (input.ids !== undefined) {
    for (const id of new Set(input.ids)) {
      const item = unit.item(input.queue, id);
      if (item?.status === "waiting") yield item;
    }
    return;
  }
  const index = unit.keys.waitingOf(input.queue);
  const rows = unit.draft.range({ from: index, to: endOf(index), limit: slots });
  yield* itemsOf(unit, input.queue, rows);
  // Only reached when some of the first rows could not be handed out.
  const last = rows.at(-1);
  if (last === undefined || rows.length < slots) return;
  unit.save();
  const more = unit.draft.range({ from: after(last.key), to: endOf(index), limit: steps.lookedAtMost });
  yield* itemsOf(unit, input.queue, more);
}

function* itemsOf(unit: Unit, queue: string, rows: readonly { readonly value: string }[]): Iterable<Item> {
  for (const { value: id } of rows) {
    const item = unit.item(queue, id);
    if (item !== undefined) yield item;
  }
}

const take = (unit: Unit, item: Item, input: ClaimRequest, alone: boolean): EncodedClaim => {
  const token = unit.nextToken();
  const deadlineMs = unit.nowMs + input.leaseMs;
  hold(unit, item, { token, owner: input.owner, deadlineMs, ...(alone ? { alone: true as const } : {}) });
  return {
    queue: item.queue,
    id: item.id,
    token,
    body: readBody(unit.draft, unit.keys, item) ?? "null",
    group: item.group,
    checkpoint: item.hasCheckpoint && unit.draft.get(unit.keys.checkpoint(item.queue, item.id)),
    failures: item.failures,
    losses: item.losses,
  };
};

/** Whether the owner holds an item that runs alone. */
const runsAlone = (unit: Unit, owner: string): boolean => {
  const at = unit.draft.get(unit.keys.alone(owner));
  if (at === undefined) return false;
  const cut = at.indexOf("/");
  const claim = unit.item(at.slice(0, cut), at.slice(cut + 1))?.claim;
  return claim?.owner === owner && claim.deadlineMs > unit.nowMs;
};

/** Prolongs the claims that still stand. Returns those that do not. */
export const extendClaims = (
  unit: Unit,
  input: { readonly claims: readonly ClaimRef[]; readonly leaseMs: number },
): readonly ClaimRef[] => {
  const lost: ClaimRef[] = [];
  for (const ref of input.claims) {
    const held = findHeld(unit, ref);
    if (held === undefined) lost.push(ref);
    else prolong(unit, held.item, held.claim, unit.nowMs + input.leaseMs);
  }
  return lost;
};
