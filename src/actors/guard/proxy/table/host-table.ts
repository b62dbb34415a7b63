import { isDeepStrictEqual } from "node:util";
import { shardOf } from "../../../../cluster/index.ts";
import type { InterceptRule } from "../../../../engines/intercept/index.ts";
import type { Interception, TableChange } from "../../../../shared-memory/index.ts";
import type { FeedMessage, FeedRequest, FeedSettings } from "../../guard-port.ts";
import { ShardEntries } from "./shard-entries.ts";
import { ShardTable } from "./shard-table.ts";
import { steps } from "./steps.ts";

/** What the front ends of the host are to have, as far as it is known. */
export class HostTable {
  readonly #assigned: ReadonlySet<number>;
  #kept: Iterable<Interception>;
  #settings: FeedSettings | undefined;
  #rules: readonly InterceptRule[] | undefined;
  #shards: readonly ShardTable[] = [];

  /**
   * @param rules numbers of those that are assigned to the host; none: all
   * @param kept what is in force from before
   */
  constructor(rules: readonly number[], kept: Iterable<Interception>) {
    this.#assigned = new Set(rules);
    this.#kept = kept;
  }

  /** Undefined until the feed has said it. */
  get shards(): number | undefined {
    return this.#settings?.shards;
  }

  get rules(): number {
    return this.#rules?.length ?? 0;
  }

  get entries(): number {
    return this.#shards.reduce((sum, { entries }) => sum + entries.size, 0);
  }

  /** Whether there is all without which no table can be. */
  get isUsable(): boolean {
    return this.#settings !== undefined && this.#rules !== undefined;
  }

  /** Whether it is whole: of each shard it is known what holds, or held when that was told last. */
  get isWhole(): boolean {
    return this.isUsable && this.#shards.every(({ position }) => position !== undefined);
  }

  get positions(): FeedRequest["positions"] {
    return this.#shards.flatMap(({ position }, shard) =>
      position === undefined ? [] : [{ shard, sequence: position }],
    );
  }

  /** A subscription begins at `positions`. */
  begin(): void {
    for (const shard of this.#shards) shard.begin();
  }

  /** The next subscription gets the table of all shards. */
  forgetPositions(): void {
    for (const shard of this.#shards) shard.forgetPosition();
  }

  /** @returns the steps of the table in force; or why the message does not fit, as a text */
  apply(message: FeedMessage): readonly TableChange[] | string {
    switch (message.type) {
      case "settings":
        if (isDeepStrictEqual(message, this.#settings)) return [];
        if (message.shards !== this.#settings?.shards) this.#share(message.shards);
        this.#settings = message;
        return [settingsStep(message)];
      case "rules":
        if (isDeepStrictEqual(message.rules, this.#rules)) return [];
        this.#rules = message.rules;
        return [rulesStep(message.rules)];
      case "changes": {
        const shard = this.#shards[message.shard];
        if (shard === undefined) return `changes of shard ${message.shard}, of which the settings said nothing`;
        const changed = shard.apply(message);
        return typeof changed === "string" ? `shard ${message.shard}: ${changed}` : changed;
      }
    }
  }

  /** All of it, from the beginning. */
  *all(): Generator<TableChange> {
    if (this.#settings !== undefined) yield settingsStep(this.#settings);
    if (this.#rules !== undefined) yield rulesStep(this.#rules);
    for (const { entries } of this.#shards) yield* steps([...entries], []);
  }

  #share(shards: number): void {
    const entries = Array.from({ length: shards }, () => new ShardEntries());
    const before = this.#settings === undefined ? this.#kept : this.#shards.flatMap((shard) => [...shard.entries]);
    for (const entry of before) entries[shardOf(entry.subject, shards)]?.put(entry);
    this.#kept = [];
    this.#shards = entries.map((each) => new ShardTable(this.#assigned, each));
  }
}

const settingsStep = ({ slotMs, v6PrefixBits, neverBlock }: FeedSettings): TableChange => ({
  type: "settings",
  slotMs,
  v6PrefixBits,
  neverBlock: [...neverBlock],
});

const rulesStep = (rules: readonly InterceptRule[]): TableChange => ({
  type: "rules",
  rules: rules.map(({ number, subject, distinct }) => ({ number, subject, distinct })),
});
