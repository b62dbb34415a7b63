import type { FeedMessage, FeedPositions } from "../../../client/index.ts";
import type { Interception, InterceptionKey } from "../../../shared-memory/index.ts";

/** What became of one interception. */
export interface TableEvent {
  readonly event: "put" | "dropped";
  readonly interception: Interception;
}

type FeedChanges = Extract<FeedMessage, { readonly type: "changes" }>;
type Entries = Map<string, Interception>;

interface Shard {
  sequence: number;
  entries: Entries;
  /** The table that comes in place of this one, while it comes in more than one message. */
  coming: Entries | undefined;
}

const keyOf = ({ rule, field, subject }: InterceptionKey): string => `${rule}\0${field}\0${subject}`;
const isSame = (one: Interception | undefined, other: Interception): boolean =>
  one !== undefined && one.untilMs === other.untilMs && one.action === other.action && one.shadow === other.shadow;

/** The table of decisions as somebody sees it who watches it: what comes anew is told only where it differs. */
export class WatchedTable {
  readonly #shards = new Map<number, Shard>();

  /** Of the shards whose tables are whole here. */
  get positions(): FeedPositions {
    return [...this.#shards].flatMap(([shard, { sequence, coming }]) =>
      coming === undefined && sequence > 0 ? [{ shard, sequence }] : [],
    );
  }

  /** Has all tables come anew; what was known of them is compared with it. */
  forgetPositions(): void {
    for (const shard of this.#shards.values()) Object.assign(shard, { sequence: 0, coming: undefined });
  }

  /** @returns what has changed; undefined when the changes do not fit what is here: subscribe anew */
  apply(changes: FeedChanges): readonly TableEvent[] | undefined {
    const shard: Shard = this.#shards.get(changes.shard) ?? { sequence: 0, entries: new Map(), coming: undefined };
    const begins = changes.anew && changes.afterSequence === 0;
    if (!begins && changes.afterSequence !== shard.sequence) return undefined;
    this.#shards.set(changes.shard, shard);
    shard.sequence = changes.sequence;
    if (!changes.anew) return applied(shard.entries, changes);
    const coming = (begins ? undefined : shard.coming) ?? new Map<string, Interception>();
    for (const interception of changes.put) coming.set(keyOf(interception), interception);
    shard.coming = changes.complete ? undefined : coming;
    if (!changes.complete) return [];
    const before = shard.entries;
    shard.entries = coming;
    return differences(before, coming);
  }
}

const applied = (entries: Entries, { put, dropped }: FeedChanges): readonly TableEvent[] => {
  const events: TableEvent[] = [];
  for (const key of dropped) {
    const interception = entries.get(keyOf(key));
    if (interception === undefined) continue;
    entries.delete(keyOf(key));
    events.push({ event: "dropped", interception });
  }
  for (const interception of put) {
    if (isSame(entries.get(keyOf(interception)), interception)) continue;
    entries.set(keyOf(interception), interception);
    events.push({ event: "put", interception });
  }
  return events;
};

const differences = (before: Entries, now: Entries): readonly TableEvent[] => {
  const events: TableEvent[] = [];
  for (const [key, interception] of before) if (!now.has(key)) events.push({ event: "dropped", interception });
  for (const [key, interception] of now) {
    if (!isSame(before.get(key), interception)) events.push({ event: "put", interception });
  }
  return events;
};
