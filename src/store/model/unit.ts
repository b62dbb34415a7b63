import { Draft } from "./draft.ts";
import { Keys } from "./keys.ts";
import type { ItemStatus } from "../ports.ts";
import { read, type Counters, type GroupRow, type Item, type Tally } from "./rows.ts";
import type { Transaction } from "./transaction.ts";

/** How long ended things are remembered, in milliseconds. */
export interface Retention {
  /** Ids, outcomes and results of ended items; groups after their completion. */
  readonly retainMs: number;
  /** Dead letters, and groups that have some. */
  readonly retainDeadMs: number;
}

const newTally = (): Tally => ({
  waiting: 0,
  delayed: 0,
  held: 0,
  claimed: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  dead: 0,
});

const newGroup = (): GroupRow => ({
  planned: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  dead: 0,
  sealed: false,
  held: false,
  cancelRequested: false,
});

/**
 * One operation on one space: its draft, its time, and the few rows that nearly every change touches, read once and
 * written once. Nothing reaches the transaction before `save`.
 */
export class Unit {
  readonly draft: Draft;
  readonly keys: Keys;
  readonly nowMs: number;
  readonly retention: Retention;
  /** Groups whose counters or flags changed and that `endGroups` has not looked at since. */
  readonly touchedGroups = new Set<string>();
  readonly #groups = new Map<string, GroupRow | undefined>();
  readonly #tallies = new Map<string, Tally>();
  readonly #changedGroups = new Set<string>();
  readonly #changedTallies = new Set<string>();
  #counters: Counters | undefined;
  #counted = false;
  #revised = false;

  constructor(transaction: Transaction, space: string, nowMs: number, retention: Retention) {
    this.draft = new Draft(transaction);
    this.keys = new Keys(space);
    this.nowMs = nowMs;
    this.retention = retention;
  }

  /** The place of this operation in the order of the space. Whoever waits for a change sees it. */
  revision(): number {
    if (!this.#revised) {
      this.#changeCounters().revision += 1;
      this.#revised = true;
    }
    return this.#readCounters().revision;
  }

  /** Whether the operation took a place in the order of the space. */
  get revised(): boolean {
    return this.#revised;
  }

  nextToken(): number {
    return (this.#changeCounters().token += 1);
  }

  nextOrder(): number {
    return (this.#changeCounters().order += 1);
  }

  tally(queue: string): Readonly<Tally> {
    return this.#readTally(queue);
  }

  /** Counts an item that went from one state to another; `undefined` is "not stored". */
  count(queue: string, from: ItemStatus | undefined, to: ItemStatus | undefined): void {
    const tally = this.#readTally(queue);
    if (from !== undefined) tally[from] -= 1;
    if (to !== undefined) tally[to] += 1;
    this.#changedTallies.add(queue);
  }

  group(name: string): Readonly<GroupRow> | undefined {
    return this.#readGroup(name);
  }

  /** The group to change; made if there is none. */
  changeGroup(name: string): GroupRow {
    const group = this.#readGroup(name) ?? newGroup();
    this.#groups.set(name, group);
    this.touchedGroups.add(name);
    this.#changedGroups.add(name);
    return group;
  }

  removeGroup(name: string): void {
    this.#groups.set(name, undefined);
    this.touchedGroups.delete(name);
    this.#changedGroups.delete(name);
    this.draft.remove(this.keys.group(name));
  }

  item(queue: string, id: string): Item | undefined {
    const text = this.draft.get(this.keys.item(queue, id));
    return text === undefined ? undefined : read.item(text);
  }

  putItem(item: Item): void {
    this.draft.put(this.keys.item(item.queue, item.id), JSON.stringify(item));
  }

  /** Makes the writes. May be called again after more of them. */
  save(): void {
    if (this.#counted) this.draft.put(this.keys.counters(), JSON.stringify(this.#counters));
    for (const queue of this.#changedTallies) {
      this.draft.put(this.keys.tally(queue), JSON.stringify(this.#readTally(queue)));
    }
    for (const name of this.#changedGroups) {
      const group = this.#groups.get(name);
      if (group !== undefined) this.draft.put(this.keys.group(name), JSON.stringify(group));
    }
    this.#counted = false;
    this.#changedTallies.clear();
    this.#changedGroups.clear();
    this.draft.flush();
  }

  #readGroup(name: string): GroupRow | undefined {
    if (this.#groups.has(name)) return this.#groups.get(name);
    const text = this.draft.get(this.keys.group(name));
    const group = text === undefined ? undefined : read.group(text);
    this.#groups.set(name, group);
    return group;
  }

  #readTally(queue: string): Tally {
    let tally = this.#tallies.get(queue);
    if (tally === undefined) {
      const text = this.draft.get(this.keys.tally(queue));
      tally = text === undefined ? newTally() : read.tally(text);
      this.#tallies.set(queue, tally);
    }
    return tally;
  }

  #readCounters(): Counters {
    if (this.#counters === undefined) {
      const text = this.draft.get(this.keys.counters());
      this.#counters = text === undefined ? { revision: 0, token: 0, order: 0 } : read.counters(text);
    }
    return this.#counters;
  }

  #changeCounters(): Counters {
    this.#counted = true;
    return this.#readCounters();
  }
}
