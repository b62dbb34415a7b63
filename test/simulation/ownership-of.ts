import { clusterSpace, type MemberView } from "../../src/cluster/index.ts";
import type { Change, Guard } from "../../src/store/index.ts";
import type { OwnershipEvent, OwnershipFact, TableVersion } from "../support/invariants/index.ts";
import type { StoreEvent } from "./store-history.ts";

type Put = Extract<Change, { type: "put" }>;
type Committed = Extract<StoreEvent, { type: "committed" }>;

interface Fence {
  readonly node: string;
  readonly incarnation: string;
  readonly state: "held" | "released";
}

const itemKey = ({ queue, id }: { readonly queue: string; readonly id: string }): string => `${queue}/${id}`;

/** Not what relays claim: any node writes for them, so that it is theirs and no node's (I24). */
const isOwned = ({ queue }: { readonly queue: string }): boolean => !queue.startsWith("kind-");

/** What a guard stands for: the key that is owned, and the token. */
const guarded = (guard: Guard): { readonly key: string; readonly token: number } => {
  switch (guard.type) {
    case "claim":
      return { key: itemKey(guard.claim), token: guard.claim.token };
    case "lease":
      return { key: guard.lease.name, token: guard.lease.token };
    case "record":
      return { key: guard.record.key, token: guard.record.version };
  }
};

export const putsOf = (event: StoreEvent): readonly Put[] =>
  event.type === "committed" ? event.changes.filter((change): change is Put => change.type === "put") : [];

const isFence = ({ key }: Put): boolean => key.startsWith("owner/");
const fenceOf = ({ value }: Put): Fence => value as unknown as Fence;
const holderOf = ({ node, incarnation }: Fence): string => `${node}.${incarnation}`;

/** The fences that were taken with this. */
export const fencesTaken = (event: StoreEvent): readonly Put[] =>
  putsOf(event).filter((put) => isFence(put) && fenceOf(put).state === "held");

interface MemberTable extends TableVersion {
  readonly members: readonly MemberView[];
}

/** The table of members that was written with this, if one was. */
const tableIn = (event: StoreEvent): MemberTable | undefined => {
  if (event.type !== "committed" || event.space !== clusterSpace) return undefined;
  const put = putsOf(event).find(({ key }) => key === "table");
  if (put === undefined) return undefined;
  const { members } = put.value as unknown as { readonly members: readonly MemberView[] };
  return { version: event.revision, members };
};

/** The versions of the table of members, in the order in which the store took them. */
export const tablesOf = (history: readonly StoreEvent[]): readonly MemberTable[] =>
  history.flatMap((event) => tableIn(event) ?? []);

/** The latest one. */
export const latestTable = (history: readonly StoreEvent[]): MemberTable => {
  for (let at = history.length - 1; at >= 0; at -= 1) {
    const event = history[at];
    const table = event === undefined ? undefined : tableIn(event);
    if (table !== undefined) return table;
  }
  return { version: 0, members: [] };
};

/**
 * The store's history as one of who owned what: claims on items, leases of nodes, and fences. A fence is held as long as the lease of the
 * node that has it, and ends with it when the node leaves.
 */
export const ownershipOf = (history: readonly StoreEvent[]): readonly OwnershipEvent[] => new Translation().of(history);

class Translation {
  readonly #events: OwnershipEvent[] = [];
  /** Until when each incarnation's lease holds, by its name. */
  readonly #leases = new Map<string, number>();
  readonly #fences = new Map<string, { readonly token: number; readonly owner: string }>();
  readonly #dead = new Set<string>();
  /** Incarnations whose leases were taken from them. */
  readonly #seized = new Set<string>();
  /** The latest holder of each lease. */
  readonly #holders = new Map<string, { readonly token: number; readonly owner: string }>();

  of(history: readonly StoreEvent[]): readonly OwnershipEvent[] {
    for (const event of history) this.#translate(event);
    return this.#events;
  }

  #translate(event: StoreEvent): void {
    switch (event.type) {
      case "claimed":
        for (const claim of event.claims.filter(isOwned)) {
          const deadlineMs = event.atMs + event.leaseMs;
          this.#note(event, { key: itemKey(claim), token: claim.token }, { type: "granted", deadlineMs });
        }
        return;
      case "extended":
        for (const claim of event.claims.filter(isOwned)) {
          const deadlineMs = event.atMs + event.leaseMs;
          this.#note(event, { key: itemKey(claim), token: claim.token }, { type: "renewed", deadlineMs });
        }
        return;
      case "committed":
        return this.#committed(event);
      case "refused":
        return this.#note(event, guarded(event.guard), { type: "refused" });
      case "acted":
        // Who was declared dead by votes may not know it yet: what it does outside of the store until its lease would have run out is
        // not promised away.
        if (this.#dead.has(event.owner) && event.atMs <= (this.#leases.get(event.owner) ?? 0)) return;
        return this.#note(event, event, { type: "acted" });
      case "seized":
        // The interval of whoever held it ends here, though its deadline is later.
        this.#seized.add(this.#holders.get(event.name)?.owner ?? event.owner);
        this.#note(
          { ...event, owner: this.#holders.get(event.name)?.owner ?? event.owner },
          { key: event.name, token: event.expected },
          { type: "released" },
        );
        return this.#leased({ ...event, type: "leased" });
      case "leased":
      case "renewed":
        return this.#leased(event);
      case "freed":
        this.#note(event, { key: event.name, token: event.token }, { type: "released" });
        return;
      case "added":
      case "withdrawn":
      case "ordered":
      case "denied":
      case "missed":
        return;
    }
  }

  #committed(event: Committed): void {
    const { guard, changes } = event;
    if (guard !== undefined) this.#note(event, guarded(guard), { type: "accepted" });
    for (const change of changes) {
      if ("claim" in change && isOwned(change.claim)) {
        const claim = { key: itemKey(change.claim), token: change.claim.token };
        this.#note(event, claim, { type: "accepted" });
        if (change.type === "finish" || change.type === "release") this.#note(event, claim, { type: "released" });
      }
      if (change.type === "put" && isFence(change)) this.#fenced(event, change);
      if (change.type === "put" && change.key === "table" && event.space === clusterSpace) this.#ended(event, change);
    }
  }

  #fenced(event: Committed, put: Put): void {
    const { key } = put;
    const [before, fence] = [this.#fences.get(key), fenceOf(put)];
    const owner = holderOf(fence);
    // Who takes anew what it holds ends what it held.
    if (before !== undefined && (fence.state === "released" || before.owner === owner)) {
      this.#note({ ...event, owner: before.owner }, { key, token: before.token }, { type: "released" });
    }
    this.#fences.delete(key);
    if (fence.state === "released") return;
    this.#fences.set(key, { token: event.revision, owner });
    const deadlineMs = this.#leases.get(owner) ?? event.atMs;
    this.#note({ ...event, owner }, { key, token: event.revision }, { type: "granted", deadlineMs });
  }

  /**
   * Whoever says that it has left owns nothing any more, also by a call that arrives later; nor does who is dead, whose lease may have been
   * seized, and who prolongs nothing, whatever becomes of its lease.
   */
  #ended(event: Committed, { value }: Put): void {
    const { members } = value as unknown as { readonly members: readonly MemberView[] };
    const nameOf = ({ id, incarnation }: MemberView): string => `${id}.${incarnation}`;
    const left = new Set(members.filter(({ state }) => state === "left").map(nameOf));
    for (const owner of left) this.#leases.delete(owner);
    for (const row of members) if (row.state === "dead") this.#dead.add(nameOf(row));
    // Its successor may come to the table before whoever took its lease to say that it is dead.
    const listed = new Set(members.map(nameOf));
    for (const owner of this.#seized) if (!listed.has(owner)) this.#dead.add(owner);
    for (const [key, { token, owner }] of this.#fences) {
      if (!left.has(owner) && !this.#dead.has(owner)) continue;
      this.#fences.delete(key);
      this.#note({ ...event, owner }, { key, token }, { type: "released" });
    }
  }

  #leased(event: Extract<StoreEvent, { type: "leased" | "renewed" }>): void {
    const { name, token, owner } = event;
    const deadlineMs = event.atMs + event.ttlMs;
    if (event.type === "leased") {
      const before = this.#holders.get(name);
      if (before?.owner === owner) this.#note(event, { key: name, token: before.token }, { type: "released" });
      this.#holders.set(name, { token, owner });
    }
    this.#note(event, { key: name, token }, { type: event.type === "leased" ? "granted" : "renewed", deadlineMs });
    // A member that is declared dead has its lease taken by another one: that is no renewal of what the other owns.
    if (!owner.startsWith(`${name.replace(/^node\//, "")}.`) || this.#dead.has(owner)) return;
    this.#leases.set(owner, deadlineMs);
    for (const [key, fence] of this.#fences) {
      if (fence.owner === owner) this.#note(event, { key, token: fence.token }, { type: "renewed", deadlineMs });
    }
  }

  #note(
    { owner, atMs }: { readonly owner: string; readonly atMs: number },
    { key, token }: { readonly key: string; readonly token: number },
    fact: OwnershipFact,
  ): void {
    this.#events.push({ ...fact, key, token, owner, atMs });
  }
}
