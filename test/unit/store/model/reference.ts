import { retryLimits, type ItemStatus, type ReleaseReason } from "../../../../src/store/index.ts";

/** What the port promises, written down as plainly as it can be: maps, no indexes, every question a full scan. */
export interface RefItem {
  readonly queue: string;
  readonly id: string;
  readonly priority: number;
  readonly order: number;
  readonly group: string | undefined;
  readonly addedAtMs: number;
  status: ItemStatus;
  dueMs: number;
  failures: number;
  losses: number;
  claims: number;
  claim: { readonly token: number; readonly owner: string; readonly alone: boolean; deadlineMs: number } | undefined;
  checkpoint: number | undefined;
  diedAtMs: number;
}

export interface RefGroup {
  planned: number;
  readonly ends: Record<"done" | "failed" | "cancelled" | "dead", number>;
  sealed: boolean;
  held: boolean;
  cancelled: boolean;
  onComplete: string | undefined;
  /** It was complete when the last call ended. */
  closed: boolean;
}

export interface RefAdd {
  readonly id: string;
  readonly priority: number;
  readonly delayMs: number;
  readonly group: string | undefined;
}
export type RefClaim = { readonly queue: string; readonly id: string; readonly token: number };
export type RefChange =
  | { readonly type: "finish"; readonly claim: RefClaim; readonly outcome: "done" | "failed" }
  | { readonly type: "checkpoint"; readonly claim: RefClaim; readonly data: number }
  | { readonly type: "release"; readonly claim: RefClaim; readonly reason: ReleaseReason; readonly delayMs: number }
  | { readonly type: "add"; readonly queue: string; readonly item: RefAdd }
  | { readonly type: "seal"; readonly group: string; readonly onComplete: string };

/** The queue that `onComplete` items go to. */
export const mergeQueue = "merge";

/** One for each: which of two groups that complete in one call adds its item first is nobody's promise. */
export const mergePriority = (id: string): number => (id === "merge-g" ? 100 : 101);

export class Refused extends Error {}

export class Reference {
  nowMs = 0;
  items: RefItem[] = [];
  groups = new Map<string, RefGroup>();
  #order = 0;

  /** All of `change` or, if it is refused, nothing. Groups complete by what holds after it. */
  call<Output>(change: () => Output): Output {
    const before = structuredClone({ items: this.items, groups: this.groups });
    try {
      const output = change();
      this.#completeGroups();
      return output;
    } catch (error) {
      Object.assign(this, before);
      throw error;
    }
  }

  find(queue: string, id: string): RefItem | undefined {
    return this.items.find((item) => item.queue === queue && item.id === id);
  }

  group(name: string): RefGroup {
    const ends = { done: 0, failed: 0, cancelled: 0, dead: 0 };
    const fresh = {
      planned: 0,
      ends,
      sealed: false,
      held: false,
      cancelled: false,
      onComplete: undefined,
      closed: false,
    };
    const group = this.groups.get(name) ?? fresh;
    this.groups.set(name, group);
    return group;
  }

  /** False: known. */
  add(queue: string, { id, priority, delayMs, group }: RefAdd): boolean {
    if (this.find(queue, id) !== undefined) return false;
    const known = group === undefined ? undefined : this.groups.get(group);
    if (known?.closed === true && !known.cancelled) throw new Refused();
    this.#store(queue, id, priority, delayMs, group);
    return true;
  }

  claim(queue: string, owner: string, slots: number, holding: number, maxClaimed: number, leaseMs: number) {
    const mine = this.items.filter((item) => item.queue === queue);
    const lost = mine.filter(({ claim }) => claim !== undefined && claim.deadlineMs <= this.nowMs);
    for (const item of lost) this.#count(item, "losses");
    for (const item of mine) if (item.status === "delayed" && item.dueMs <= this.nowMs) this.#place(item);
    const busy = this.items.some(({ claim }) => claim?.alone && claim.owner === owner && claim.deadlineMs > this.nowMs);
    const taken: RefItem[] = [];
    let aloneWaiting = busy;
    const free = Math.min(slots, maxClaimed - mine.filter(({ status }) => status === "claimed").length);
    const waiting = mine.filter(({ status }) => status === "waiting");
    waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
    for (const item of busy || free <= 0 ? [] : waiting) {
      const alone = item.losses >= retryLimits.aloneAfterLosses;
      if (alone && (holding > 0 || taken.length > 0)) {
        aloneWaiting = true;
        continue;
      }
      item.status = "claimed";
      item.claims += 1;
      item.claim = { token: 0, owner, alone, deadlineMs: this.nowMs + leaseMs };
      taken.push(item);
      if (alone || taken.length === free) break;
    }
    const dues = mine.flatMap(({ status, dueMs, claim }) =>
      status === "delayed" ? [dueMs] : claim ? [claim.deadlineMs] : [],
    );
    return { taken, aloneWaiting, nextInMs: dues.length === 0 ? undefined : Math.min(...dues) - this.nowMs };
  }

  held({ queue, id, token }: RefClaim): RefItem | undefined {
    const item = this.find(queue, id);
    return item?.claim?.token === token && item.claim.deadlineMs > this.nowMs ? item : undefined;
  }

  change(change: RefChange): void {
    if (change.type === "add") return void this.add(change.queue, change.item);
    if (change.type === "seal") {
      const group = this.group(change.group);
      if (!group.sealed) group.onComplete = change.onComplete;
      group.sealed = true;
      return;
    }
    const item = this.held(change.claim);
    if (item === undefined) throw new Refused();
    if (change.type === "finish") return this.end(item, change.outcome);
    if (change.type === "checkpoint")
      return void Object.assign(item, { failures: 0, losses: 0, checkpoint: change.data });
    item.dueMs = this.nowMs + change.delayMs;
    if (change.reason === "returned") this.#place(item);
    else this.#count(item, change.reason === "failed" ? "failures" : "losses");
  }

  end(item: RefItem, outcome: "done" | "failed" | "cancelled" | "dead"): void {
    item.status = outcome;
    item.claim = undefined;
    item.diedAtMs = this.nowMs;
    if (item.group !== undefined) this.group(item.group).ends[outcome] += 1;
  }

  replay(item: RefItem): void {
    if (item.group !== undefined) this.group(item.group).ends.dead -= 1;
    Object.assign(item, { failures: 0, losses: 0, dueMs: 0 });
    this.#place(item);
  }

  order(name: string, order: "hold" | "resume" | "cancel"): void {
    const group = this.group(name);
    if (order === "cancel") group.cancelled = true;
    else group.held = order === "hold";
    for (const item of this.items) {
      if (item.group !== name || isEnded(item.status)) continue;
      if (group.cancelled) this.end(item, "cancelled");
      else if (item.status !== "claimed" && group.held !== (item.status === "held")) this.#place(item);
    }
  }

  #store(queue: string, id: string, priority: number, delayMs: number, group: string | undefined): void {
    const times = { addedAtMs: this.nowMs, dueMs: this.nowMs + delayMs, diedAtMs: 0 };
    const counts = { failures: 0, losses: 0, claims: 0 };
    const item: RefItem = {
      ...{ queue, id, priority, group, order: this.#order++, status: "waiting" },
      ...{ ...times, ...counts, claim: undefined, checkpoint: undefined },
    };
    this.items.push(item);
    if (group !== undefined) this.group(group).planned += 1;
    this.#place(item);
  }

  #place(item: RefItem): void {
    const group = item.group === undefined ? undefined : this.group(item.group);
    item.claim = undefined;
    if (group?.cancelled === true) this.end(item, "cancelled");
    else item.status = group?.held === true ? "held" : item.dueMs > this.nowMs ? "delayed" : "waiting";
  }

  #count(item: RefItem, what: "failures" | "losses"): void {
    item[what] += 1;
    if (item[what] < retryLimits[what]) this.#place(item);
    else this.end(item, "dead");
  }

  #completeGroups(): void {
    for (let again = true; again;) {
      again = false;
      for (const group of this.groups.values()) {
        group.closed =
          group.sealed && group.planned === Object.values(group.ends).reduce((sum, count) => sum + count, 0);
        if (!group.closed || group.onComplete === undefined) continue;
        const id = group.onComplete;
        group.onComplete = undefined;
        if (this.find(mergeQueue, id) === undefined) this.#store(mergeQueue, id, mergePriority(id), 0, undefined);
        again = true;
      }
    }
  }
}

export const isEnded = (status: ItemStatus): boolean => ["done", "failed", "cancelled", "dead"].includes(status);
