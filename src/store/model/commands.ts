import type { ClaimRef, ClaimRequest, LeaseRef } from "../ports.ts";
import { addItem } from "./add.ts";
import { extendClaims, handOut, type HandedOut } from "./claim.ts";
import { applyChanges, type CommitInput } from "./commit.ts";
import { nextDueInMs, takeBackLost, wakeDelayed } from "./due.ts";
import { forgetExpired } from "./expiry.ts";
import { endGroups } from "./group-end.ts";
import { orderGroup, sweepGroup, sweepSomeGroup, type GroupOrder } from "./groups.ts";
import { end, revive } from "./item-state.ts";
import { acquireLease, releaseLease, renewLease, seizeLease } from "./leases.ts";
import { releaseSlots, reserve, type EncodedReservation, type ReserveInput } from "./limits.ts";
import { hasEnded, type PreparedItem } from "./rows.ts";
import { steps } from "./steps.ts";
import type { Transaction } from "./transaction.ts";
import { Unit, type Retention } from "./unit.ts";

/** Every write of the model. One command is one atomic change of one space; a command that throws changes nothing. */
export interface Commands {
  add: { input: { queue: string; items: readonly PreparedItem[] }; output: readonly string[] };
  claim: { input: ClaimRequest; output: HandedOut & { readonly nextInMs: number | undefined } };
  extend: { input: { claims: readonly ClaimRef[]; leaseMs: number }; output: readonly ClaimRef[] };
  cancel: { input: { queue: string; ids: readonly string[] }; output: readonly string[] };
  replay: { input: { queue: string; ids: readonly string[] }; output: readonly string[] };
  commit: { input: CommitInput; output: { readonly revision: number; readonly duplicates: readonly string[] } };
  orderGroup: { input: { group: string; order: GroupOrder }; output: undefined };
  /** True: nothing is left to move. */
  sweepGroup: { input: { group: string }; output: boolean };
  acquire: { input: { name: string; owner: string; ttlMs: number }; output: number | undefined };
  seize: { input: { lease: LeaseRef; owner: string; ttlMs: number }; output: number | undefined };
  renew: { input: { lease: LeaseRef; ttlMs: number }; output: boolean };
  releaseLease: { input: LeaseRef; output: boolean };
  reserve: { input: ReserveInput; output: EncodedReservation };
  releaseSlots: { input: { key: string; slots: readonly string[] }; output: undefined };
}

export type CommandName = keyof Commands;

type Handler<Name extends CommandName> = (unit: Unit, input: Commands[Name]["input"]) => Commands[Name]["output"];

const handlers: { readonly [Name in CommandName]: Handler<Name> } = {
  add: (unit, { queue, items }) => {
    const known = items.filter((item) => !addItem(unit, queue, item)).map(({ id }) => id);
    finish(unit);
    return known;
  },

  claim: (unit, input) => {
    forgetExpired(unit);
    unit.save();
    sweepSomeGroup(unit, steps.sweptAtOnce);
    save(unit);
    takeBackLost(unit, input.queue);
    save(unit);
    wakeDelayed(unit, input.queue);
    save(unit);
    const handedOut = handOut(unit, input);
    save(unit);
    return { ...handedOut, nextInMs: nextDueInMs(unit, input.queue) };
  },

  extend: (unit, input) => {
    const lost = extendClaims(unit, input);
    save(unit);
    return lost;
  },

  cancel: (unit, { queue, ids }) => {
    const ended = ids.filter((id) => {
      const item = unit.item(queue, id);
      if (item === undefined || hasEnded(item.status)) return false;
      end(unit, item, "cancelled");
      return true;
    });
    finish(unit);
    return ended;
  },

  replay: (unit, { queue, ids }) => {
    const revived = ids.filter((id) => {
      const item = unit.item(queue, id);
      if (item?.status !== "dead") return false;
      revive(unit, item);
      return true;
    });
    save(unit);
    return revived;
  },

  commit: (unit, input) => {
    const duplicates = applyChanges(unit, input);
    const revision = unit.revision();
    finish(unit);
    return { revision, duplicates };
  },

  orderGroup: (unit, input) => {
    orderGroup(unit, input);
    save(unit);
    return undefined;
  },

  sweepGroup: (unit, { group }) => {
    const over = sweepGroup(unit, group, steps.sweptAtOnce);
    finish(unit);
    return over;
  },

  acquire: (unit, input) => {
    const token = acquireLease(unit, input);
    finish(unit);
    return token;
  },

  seize: (unit, input) => {
    const token = seizeLease(unit, input);
    finish(unit);
    return token;
  },

  renew: (unit, input) => {
    const held = renewLease(unit, input);
    save(unit);
    return held;
  },

  releaseLease: (unit, lease) => {
    const held = releaseLease(unit, lease);
    save(unit);
    return held;
  },

  reserve: (unit, input) => {
    const reservation = reserve(unit, input);
    finish(unit);
    return reservation;
  },

  releaseSlots: (unit, input) => {
    releaseSlots(unit, input);
    save(unit);
    return undefined;
  },
};

/** What a command gave, and the revision that it took; `undefined` if nothing that anyone waits for changed. */
export interface Executed<Output> {
  readonly output: Output;
  readonly revision: number | undefined;
}

export interface Execution {
  readonly space: string;
  readonly nowMs: number;
  readonly retention: Retention;
}

/** Runs one command in a write transaction. Throws a `StoreError` if it is refused. */
export const execute = <Name extends CommandName>(
  transaction: Transaction,
  { space, nowMs, retention }: Execution,
  name: Name,
  input: Commands[Name]["input"],
): Executed<Commands[Name]["output"]> => {
  const unit = new Unit(transaction, space, nowMs, retention);
  const output = handlers[name](unit, input);
  return { output, revision: unit.revised ? unit.revision() : undefined };
};

const save = (unit: Unit): void => {
  endGroups(unit);
  unit.save();
};

/** Saves, then forgets what is past its time: calls that make things, or end them, carry this along. */
const finish = (unit: Unit): void => {
  save(unit);
  forgetExpired(unit);
  unit.save();
};
