import { unreachable } from "../../../../src/base/unreachable.ts";
import { anywhere, type Zone } from "./zone.ts";

/** What was asked of the lease on one name, and what the store answered. `answer` is absent when nobody heard it. */
export type LeaseOperation =
  | {
      readonly type: "acquire";
      readonly owner: string;
      readonly ttlMs: number;
      readonly answer?: { readonly token: number | undefined };
    }
  /** `token`: under which it is held. */
  | {
      readonly type: "seize";
      readonly owner: string;
      readonly ttlMs: number;
      readonly token: number;
      readonly answer?: { readonly token: number | undefined };
    }
  | {
      readonly type: "renew";
      readonly token: number;
      readonly ttlMs: number;
      readonly answer?: { readonly held: boolean };
    }
  | { readonly type: "release"; readonly token: number; readonly answer?: { readonly held: boolean } }
  /** A write under the lease: made if it was held. */
  | { readonly type: "write"; readonly token: number; readonly answer?: { readonly held: boolean } }
  | { readonly type: "look"; readonly answer?: { readonly holder: Holder | undefined } };

export interface Holder {
  readonly owner: string;
  readonly token: number;
  readonly leftMs: number;
}

export interface LeaseCall {
  /** The name of the lease. */
  readonly key: string;
  readonly operation: LeaseOperation;
  readonly calledAtMs: number;
  /** Absent: it may have taken effect at any time since it was called, or never. */
  readonly answeredAtMs?: number;
}

/** A lock that runs out by itself. */
export interface Lock {
  /** `token` is unknown while nobody has heard the answer to its grant. */
  readonly holder: { readonly owner: string; readonly token: number | undefined } | undefined;
  readonly highest: number;
  readonly zone: Zone;
}

/** What the lock can be after a call that took effect now, and was answered as it says; none: it cannot have been. */
export const after = (lock: Lock, { operation, calledAtMs, answeredAtMs }: LeaseCall): readonly Lock[] => {
  const zone = lock.zone.at({ least: calledAtMs, most: answeredAtMs ?? anywhere.most });
  if (zone === undefined) return [];
  const now = { ...lock, zone };
  switch (operation.type) {
    case "acquire":
      return acquired(now, operation);
    case "seize":
      return seized(now, operation);
    case "renew":
    case "release":
    case "write":
      return used(now, operation);
    case "look":
      return operation.answer === undefined ? [] : looked(now, operation.answer.holder);
    default:
      return unreachable(operation);
  }
};

const acquired = (
  lock: Lock,
  { owner, ttlMs, answer }: Extract<LeaseOperation, { type: "acquire" }>,
): readonly Lock[] => {
  const { holder, highest, zone } = lock;
  if (answer !== undefined && answer.token === undefined) return holder?.owner === owner ? [] : whileHeld(lock);
  const token = answer?.token;
  if (token !== undefined && token <= highest) return [];
  const free = holder === undefined || holder.owner === owner ? zone : zone.expired();
  if (free === undefined) return [];
  return [{ holder: { owner, token }, highest: token ?? highest, zone: free.granted(ttlMs) }];
};

const seized = (
  lock: Lock,
  { owner, ttlMs, token: expected, answer }: Extract<LeaseOperation, { type: "seize" }>,
): readonly Lock[] => {
  const { holder, highest, zone } = lock;
  const theirs = holder !== undefined && holder.token === expected;
  if (answer !== undefined && answer.token === undefined) return theirs ? whileFree(lock) : [lock];
  const held = theirs ? zone.held() : undefined;
  const token = answer?.token;
  if (held === undefined || (token !== undefined && token <= highest)) return [];
  return [{ holder: { owner, token }, highest: token ?? highest, zone: held.granted(ttlMs) }];
};

const used = (
  lock: Lock,
  operation: Exclude<LeaseOperation, { type: "acquire" | "seize" | "look" }>,
): readonly Lock[] => {
  const { holder, zone } = lock;
  const own = holder !== undefined && holder.token === operation.token;
  if (operation.answer?.held === false) return own ? whileFree(lock) : [lock];
  const held = own ? zone.held() : undefined;
  if (held === undefined) return [];
  if (operation.type === "renew") return [{ ...lock, zone: held.granted(operation.ttlMs) }];
  // Without an answer a write that changed nothing here need not have been.
  if (operation.type === "write") return operation.answer === undefined ? [] : [{ ...lock, zone: held }];
  return [{ ...lock, holder: undefined, zone: held }];
};

const looked = (lock: Lock, seen: Holder | undefined): readonly Lock[] => {
  if (seen === undefined) return whileFree(lock);
  const { holder, highest, zone } = lock;
  if (holder?.owner !== seen.owner || (holder.token ?? seen.token) !== seen.token || seen.token < highest) return [];
  const held = zone.held()?.leaving(seen.leftMs);
  const { owner, token } = seen;
  return held === undefined ? [] : [{ holder: { owner, token }, highest: token, zone: held }];
};

const whileHeld = (lock: Lock): readonly Lock[] => {
  const zone = lock.holder === undefined ? undefined : lock.zone.held();
  return zone === undefined ? [] : [{ ...lock, zone }];
};

const whileFree = (lock: Lock): readonly Lock[] => {
  const zone = lock.holder === undefined ? lock.zone : lock.zone.expired();
  return zone === undefined ? [] : [{ ...lock, zone }];
};
