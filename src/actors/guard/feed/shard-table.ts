import type { Interception, InterceptionKey } from "../../../shared-memory/index.ts";
import type { Changes } from "../service/shard-message.ts";
import { entryChecksum, toggleChecksum } from "../table-checksum.ts";

/** Changed keys that are remembered, so that who is not further behind gets what changed instead of the whole table. */
const mostRemembered = 20_000;

interface Entry {
  readonly interception: Interception;
  readonly checksum: number;
}

type Entries = Map<string, Entry>;

/** How many entries there are, and the XOR of their checksums. */
export interface TableSum {
  readonly entries: number;
  readonly checksum: number;
}

export interface TableChanges {
  readonly put: readonly Interception[];
  readonly dropped: readonly InterceptionKey[];
}

/** Which keys changed up to a sequence, after that of the step before. */
interface Step {
  readonly sequence: number;
  readonly keys: readonly InterceptionKey[];
}

const nothing: TableSum = { entries: 0, checksum: 0 };
const textOf = ({ rule, field, subject }: InterceptionKey): string => `${rule}\0${field}\0${subject}`;

/** The table of one shard as its owner tells it: whole from the first complete answer on. As large as the owner lets it be. */
export class ShardTable {
  #entries: Entries = new Map();
  /** By rule, so that the sum of any set of rules is at hand. */
  readonly #sums = new Map<number, TableSum>();
  #sequence: number | undefined;
  /** The table that is to come in place of this one. */
  #coming: { sequence: number; readonly entries: Entries } | undefined;
  #steps: Step[] = [];
  #remembered = 0;
  /** Changes after this sequence are remembered. */
  #rememberedAfter = 0;
  #all: readonly Interception[] | undefined;

  /** Of the latest change; undefined while the table was never whole. */
  get sequence(): number | undefined {
    return this.#sequence;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From where the owner has to go on. */
  get followedTo(): number {
    return (this.#coming ?? { sequence: this.#sequence ?? 0 }).sequence;
  }

  /** Every entry. The same array as long as nothing changes. */
  get all(): readonly Interception[] {
    return (this.#all ??= Array.from(this.#entries.values(), ({ interception }) => interception));
  }

  /** @returns false: it does not fit what is here, which has to be told from its beginning */
  apply(changes: Changes): boolean {
    if (changes.anew && changes.afterSequence === 0) this.#coming = { sequence: 0, entries: new Map() };
    if (changes.afterSequence !== this.followedTo || changes.anew !== (this.#coming !== undefined)) {
      this.#coming = undefined;
      return false;
    }
    if (this.#coming === undefined) this.#change(changes);
    else this.#stage(this.#coming, changes);
    return true;
  }

  /** Of the entries of these rules and of manual blocks; undefined: of all. */
  sum(rules: ReadonlySet<number> | undefined): TableSum {
    let sum = nothing;
    for (const [rule, { entries, checksum }] of this.#sums) {
      if (rules !== undefined && !rules.has(rule)) continue;
      sum = { entries: sum.entries + entries, checksum: toggleChecksum(sum.checksum, checksum) };
    }
    return sum;
  }

  /** What changed after a sequence; undefined: that is not remembered, or was never a sequence of this table. */
  since(sequence: number): TableChanges | undefined {
    if (sequence < this.#rememberedAfter || sequence > (this.#sequence ?? 0)) return undefined;
    const put = new Map<string, Interception>();
    const dropped = new Map<string, InterceptionKey>();
    for (let at = this.#steps.length - 1; at >= 0; at -= 1) {
      const step = this.#steps[at];
      if (step === undefined || step.sequence <= sequence) break;
      for (const key of step.keys) {
        const text = textOf(key);
        const entry = this.#entries.get(text);
        if (entry === undefined) dropped.set(text, key);
        else put.set(text, entry.interception);
      }
    }
    return { put: [...put.values()], dropped: [...dropped.values()] };
  }

  #change({ put, dropped, sequence }: Changes): void {
    for (const interception of put) this.#put(textOf(interception), entryOf(interception));
    for (const key of dropped) this.#drop(textOf(key));
    this.#all = undefined;
    this.#sequence = sequence;
    this.#remember({ sequence, keys: [...put.map(keyOf), ...dropped] });
  }

  #stage(coming: { sequence: number; readonly entries: Entries }, { put, dropped, sequence, more }: Changes): void {
    for (const interception of put) coming.entries.set(textOf(interception), entryOf(interception));
    for (const key of dropped) coming.entries.delete(textOf(key));
    coming.sequence = sequence;
    if (more) return;
    this.#coming = undefined;
    this.#replace(coming.entries, sequence);
  }

  /** Who had the table before needs only what differs, unless its sequences have begun anew. */
  #replace(entries: Entries, sequence: number): void {
    const keys: InterceptionKey[] = [];
    for (const [text, { interception }] of this.#entries) {
      if (entries.has(text)) continue;
      keys.push(keyOf(interception));
      this.#drop(text);
    }
    for (const [text, entry] of entries) {
      if (this.#entries.get(text)?.checksum === entry.checksum) continue;
      keys.push(keyOf(entry.interception));
      this.#put(text, entry);
    }
    this.#all = undefined;
    const before = this.#sequence;
    this.#sequence = sequence;
    if (before !== undefined && sequence > before) this.#remember({ sequence, keys });
    else if (before !== sequence || keys.length > 0) this.#forgetSteps(sequence);
  }

  #put(text: string, entry: Entry): void {
    this.#drop(text);
    this.#entries.set(text, entry);
    this.#toggle(entry, 1);
  }

  #drop(text: string): void {
    const entry = this.#entries.get(text);
    if (entry === undefined) return;
    this.#entries.delete(text);
    this.#toggle(entry, -1);
  }

  #toggle({ interception: { rule }, checksum }: Entry, count: 1 | -1): void {
    const sum = this.#sums.get(rule) ?? nothing;
    const entries = sum.entries + count;
    if (entries === 0) this.#sums.delete(rule);
    else this.#sums.set(rule, { entries, checksum: toggleChecksum(sum.checksum, checksum) });
  }

  #remember(step: Step): void {
    if (step.keys.length === 0) return;
    this.#steps.push(step);
    this.#remembered += step.keys.length;
    while (this.#remembered > mostRemembered) {
      const oldest = this.#steps.shift();
      if (oldest === undefined) return;
      this.#remembered -= oldest.keys.length;
      this.#rememberedAfter = oldest.sequence;
    }
  }

  #forgetSteps(sequence: number): void {
    this.#steps = [];
    this.#remembered = 0;
    this.#rememberedAfter = sequence;
  }
}

/** As it is sent: in whole milliseconds. */
const entryOf = (interception: Interception): Entry => {
  const whole = { ...interception, untilMs: Math.round(interception.untilMs) };
  return { interception: whole, checksum: entryChecksum(whole) };
};

const keyOf = ({ rule, field, subject }: InterceptionKey): InterceptionKey => ({ rule, field, subject });
