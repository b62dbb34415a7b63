import type { Interception, InterceptionKey } from "../../../../shared-memory/index.ts";
import { entryKey } from "../records/keys.ts";

/** An interception that is in force, as it is stored too. */
export interface Entry extends Interception {
  /** Of the change that put it. */
  readonly sequence: number;
  readonly sinceMs: number;
  /** Which offence of the subject under the rule it is, from 1; 0 for what somebody asked for. */
  readonly offence: number;
  readonly reason: string;
  readonly by: string;
  readonly blockId: string | undefined;
  /** As of `StoredRule`: the rule by which it began; undefined for what somebody asked for. */
  readonly made: string | undefined;
}

/** What changed after a sequence: entries as they are now, and keys that are gone. */
export interface TableStep {
  /** What the next step begins after. */
  readonly sequence: number;
  readonly put: readonly Entry[];
  readonly dropped: readonly InterceptionKey[];
}

/** Changes that are remembered by their key at least: who is further behind gets the table from its beginning. */
const rememberedChanges = 20_000;
/** Entries looked at by one step of expiry. */
const sweepStep = 25_000;

/** Who is intercepted in one shard, and how that changed lately. The changes have sequences without gaps. */
export class InterceptionTable {
  /** In the order of their sequences: what is put anew goes to the end. */
  readonly #entries = new Map<string, Entry>();
  readonly #changes: (InterceptionKey | undefined)[] = [];
  /** Of the change before the first one that is remembered. */
  #before: number;
  #sweep: Iterator<Entry> | undefined;
  /** Entries that are done, not only said. */
  #enforced = 0;

  /** @param entries in any order, none after `sequence` */
  constructor(sequence: number, entries: readonly Entry[]) {
    this.#before = sequence;
    for (const entry of entries.toSorted((one, other) => one.sequence - other.sequence)) {
      this.#set(entry);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Entries that front ends act on: those of rules in shadow mode left out. */
  get enforced(): number {
    return this.#enforced;
  }

  /** Of the latest change; 0: there was none ever. */
  get sequence(): number {
    return this.#before + this.#changes.length;
  }

  get(key: InterceptionKey): Entry | undefined {
    // Each access is looked up: where nobody is intercepted the key would cost more than all else.
    return this.#entries.size === 0 ? undefined : this.#entries.get(entryKey(key));
  }

  /** In the order of their sequences. An entry that is put while this goes on comes at the end. */
  all(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** @returns the entry with its sequence */
  put(entry: Omit<Entry, "sequence">): Entry {
    const placed = { ...entry, sequence: this.#changed(entry) };
    this.#remove(entry);
    this.#set(placed);
    return placed;
  }

  drop(key: InterceptionKey): void {
    if (this.#remove(key)) this.#changed(key);
  }

  /** Takes a sequence for something that changes no entry. */
  skip(): number {
    return this.#changed(undefined);
  }

  /** At most `most` changes after a sequence; undefined when they are not remembered any more, or have never been. */
  after(sequence: number, most: number): TableStep | undefined {
    if (sequence < this.#before || sequence > this.sequence) return undefined;
    const put: Entry[] = [];
    const dropped = new Map<string, InterceptionKey>();
    let at = sequence;
    while (at < this.sequence && put.length + dropped.size < most) {
      const key = this.#changes[at - this.#before];
      at += 1;
      if (key === undefined) continue;
      const entry = this.get(key);
      if (entry === undefined) dropped.set(entryKey(key), key);
      // One that has changed again comes with its last change.
      else if (entry.sequence === at) put.push(entry);
    }
    return { sequence: at, put, dropped: [...dropped.values()] };
  }

  /** Goes on looking for entries whose time is over. Bounded; to be called again and again. @returns at most `most` of them */
  expired(nowMs: number, most: number): readonly Entry[] {
    this.#sweep ??= this.#entries.values();
    const over: Entry[] = [];
    for (let looked = 0; looked < sweepStep && over.length < most; looked += 1) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = undefined;
        break;
      }
      if (next.value.untilMs <= nowMs) over.push(next.value);
    }
    return over;
  }

  #set(entry: Entry): void {
    this.#entries.set(entryKey(entry), entry);
    if (!entry.shadow) this.#enforced += 1;
  }

  #remove(key: InterceptionKey): boolean {
    const entry = this.get(key);
    if (entry === undefined) return false;
    if (!entry.shadow) this.#enforced -= 1;
    return this.#entries.delete(entryKey(key));
  }

  #changed(key: InterceptionKey | undefined): number {
    this.#changes.push(key === undefined ? undefined : { rule: key.rule, field: key.field, subject: key.subject });
    if (this.#changes.length >= 2 * rememberedChanges) {
      this.#changes.splice(0, rememberedChanges);
      this.#before += rememberedChanges;
    }
    return this.sequence;
  }
}
