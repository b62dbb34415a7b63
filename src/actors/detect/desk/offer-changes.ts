import type { OfferedKind } from "../centre-port.ts";
import { byStanding } from "../library/kind-order.ts";
import { versionHash, type CurrentKind, type Offers } from "../records/offers-record.ts";

/** A version that some live relay offers, and its place in the order in which versions were first seen. */
export interface SeenOffer {
  readonly offer: OfferedKind;
  readonly seen: number;
}

/** Kinds that are remembered, also when nobody offers them any more. */
const mostKinds = 64;

/**
 * The offers as they have to be now: of each kind the version that was first seen last, among those that live relays offer; where none does,
 * the last one stays. `undefined`: they are so already.
 * @param awaited of an unknown version, or unable to scan: they change no version
 */
export const nextOffers = (
  last: Offers,
  live: readonly SeenOffer[],
  awaited: readonly OfferedKind[],
  policy: string,
  nowMs: number,
): Offers | undefined => {
  const epoch = last.epoch + 1;
  const newest = new Map<string, SeenOffer>();
  for (const each of live) {
    const { kind } = each.offer;
    if ((newest.get(kind)?.seen ?? 0) < each.seen) newest.set(kind, each);
  }
  const waiting = new Map(awaited.map((offer) => [offer.kind, offer]));
  const kinds: Record<string, CurrentKind> = {};
  let changed = policy !== last.policy;
  for (const name of new Set([...Object.keys(last.kinds), ...newest.keys(), ...waiting.keys()])) {
    const before = last.kinds[name];
    const offer = newest.get(name)?.offer;
    const next =
      offer === undefined
        ? withoutOffer(before, waiting.get(name), epoch, nowMs)
        : withOffer(before, offer, epoch, nowMs);
    kinds[name] = next;
    changed ||= next !== before;
  }
  return changed ? { epoch, policy, kinds: withinBound(kinds) } : undefined;
};

const withOffer = (before: CurrentKind | undefined, offer: OfferedKind, epoch: number, nowMs: number): CurrentKind => {
  const version = versionHash(offer);
  const sameTypes = before !== undefined && JSON.stringify(before.taskTypes) === JSON.stringify(offer.taskTypes);
  if (sameTypes && before.live && before.version === version) return before;
  return {
    ...{ ...describedBy(offer), live: true, awaited: false, sinceEpoch: epoch },
    liveSinceMs: before?.live === true ? before.liveSinceMs : nowMs,
  };
};

/** @param waiting says that some host has it configured */
const withoutOffer = (
  before: CurrentKind | undefined,
  waiting: OfferedKind | undefined,
  epoch: number,
  nowMs: number,
): CurrentKind => {
  const awaited = waiting !== undefined;
  if (before !== undefined && !before.live && before.awaited === awaited) return before;
  const known = before ?? (waiting && describedBy(waiting));
  if (known === undefined) throw new TypeError("a kind without an offer was never offered");
  return { ...known, live: false, awaited, liveSinceMs: nowMs, sinceEpoch: epoch };
};

const describedBy = (offer: OfferedKind) => {
  const { taskTypes, engineVersion, signatureVersion } = offer;
  return { class: offer.class, taskTypes, engineVersion, signatureVersion, version: versionHash(offer) };
};

const withinBound = (kinds: Readonly<Record<string, CurrentKind>>): Offers["kinds"] => {
  const sorted = Object.entries(kinds).toSorted(byStanding);
  return Object.fromEntries(sorted.slice(0, mostKinds));
};
