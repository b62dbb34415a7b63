import type { Clock } from "../../../base/clock.ts";
import type { InterceptRule } from "../../../engines/intercept/index.ts";
import { InterceptionError } from "../errors.ts";
import type { FeedMessage, FeedRequest, FeedSettings } from "../guard-port.ts";
import type { Changes } from "../service/shard-message.ts";
import { Bell } from "./bell.ts";
import { FeedFilter } from "./feed-filter.ts";
import { ShardTable } from "./shard-table.ts";
import { tableMessages } from "./table-messages.ts";

/** However quiet the shards are, a subscriber is looked after this often. */
const lookEveryMs = 1_000;
/** A subscriber that was told nothing of a shard for so long is told that nothing has changed. */
const quietMs = 3_000;
const usualSubscribers = 256;

export interface FeedSetup {
  readonly settings: Omit<FeedSettings, "type">;
  readonly clock: Clock;
  /** At once (default: 256). */
  readonly mostSubscribers?: number;
}

/** How the feed of a node is, for its metrics. */
export interface FeedView {
  readonly subscribers: number;
  /** Shards whose tables are here. */
  readonly shards: number;
  readonly entries: number;
  /** Tables that were told from the beginning, of one shard each. */
  readonly begunAnew: number;
}

interface Followed {
  readonly table: ShardTable;
  /** When its owner answered last, monotonic. */
  heardMs: number;
}

/** Of one subscriber and shard. */
interface Told {
  position: number | undefined;
  /** Monotonic. */
  atMs: number;
}

/**
 * The tables of all shards as one node has them, for those that subscribe to them here. Nothing waits for a subscriber: each takes what it
 * has not got yet when it comes to that, and the whole table of a shard when it is too far behind.
 */
export class Feed {
  readonly #setup: FeedSetup;
  readonly #shards: readonly Followed[];
  #rules: readonly InterceptRule[] | undefined;
  #subscribers = 0;
  #begunAnew = 0;
  #closed = false;
  readonly #changed = new Bell();

  constructor(setup: FeedSetup) {
    this.#setup = setup;
    this.#shards = Array.from({ length: setup.settings.shards }, () => ({
      table: new ShardTable(),
      heardMs: -Infinity,
    }));
  }

  /** From where the owner of a shard has to go on. */
  followedTo(shard: number): number {
    return this.#shards[shard]?.table.followedTo ?? 0;
  }

  /** @returns false: they do not fit; the shard is to be followed from its beginning */
  apply(shard: number, changes: Changes): boolean {
    const followed = this.#shards[shard];
    if (followed?.table.apply(changes) !== true) return false;
    followed.heardMs = this.#setup.clock.monotonicMs();
    if (changes.put.length + changes.dropped.length > 0 || changes.anew) this.#changed.ring();
    return true;
  }

  setRules(rules: readonly InterceptRule[]): void {
    this.#rules = rules;
    this.#changed.ring();
  }

  /** The shards are followed, from what is known of them. */
  open(): void {
    this.#closed = false;
  }

  /** Nobody follows the shards any more: those who subscribe are told so. */
  close(): void {
    this.#closed = true;
    this.#changed.ring();
  }

  view(): FeedView {
    const known = this.#shards.filter(({ table }) => table.sequence !== undefined);
    return {
      subscribers: this.#subscribers,
      shards: known.length,
      entries: known.reduce((sum, { table }) => sum + table.size, 0),
      begunAnew: this.#begunAnew,
    };
  }

  /**
   * As `GuardPort.subscribe`. Says nothing of a shard whose table is not known here, and nothing more of one whose owner does not answer.
   * Throws InterceptionError `busy`, and `unavailable` while nobody follows the shards here.
   */
  async *subscribe(request: FeedRequest, signal: AbortSignal): AsyncGenerator<FeedMessage, void> {
    const { mostSubscribers = usualSubscribers } = this.#setup;
    if (this.#subscribers >= mostSubscribers) {
      throw new InterceptionError("busy", `${mostSubscribers} proxies have subscribed at this node: ask another one`, {
        retryable: true,
      });
    }
    this.#subscribers += 1;
    try {
      const { shards, slotMs, v6PrefixBits, neverBlock } = this.#setup.settings;
      yield { type: "settings", shards, slotMs, v6PrefixBits, neverBlock };
      yield* this.#follow(request, signal);
    } finally {
      this.#subscribers -= 1;
    }
  }

  async *#follow(request: FeedRequest, signal: AbortSignal): AsyncGenerator<FeedMessage, void> {
    const filter = new FeedFilter(request);
    const positions = new Map(request.positions.map(({ shard, sequence }) => [shard, sequence]));
    const told = this.#shards.map((_, shard): Told => ({
      position: positions.get(shard) || undefined,
      atMs: -Infinity,
    }));
    let rules: readonly InterceptRule[] | undefined;
    while (!signal.aborted) {
      if (this.#closed) {
        throw new InterceptionError("unavailable", "this node follows no shards now: subscribe at another one", {
          retryable: true,
        });
      }
      const { rings } = this.#changed;
      if (this.#rules !== rules && this.#rules !== undefined) {
        rules = this.#rules;
        // Front ends do not need what is allowed, and it may be long.
        const assigned = rules.filter(({ number }) => filter.wants(number)).map((rule) => ({ ...rule, allow: [] }));
        yield { type: "rules", rules: assigned };
      }
      if (rules !== undefined) yield* this.#news(told, filter);
      await this.#changed.wait(rings, this.#setup.clock, lookEveryMs, signal);
    }
  }

  *#news(told: readonly Told[], filter: FeedFilter): Iterable<FeedMessage> {
    for (const [shard, { table, heardMs }] of this.#shards.entries()) {
      const mine = told[shard];
      if (mine === undefined || table.sequence === undefined) continue;
      const nowMs = this.#setup.clock.monotonicMs();
      const isQuiet = nowMs - mine.atMs >= quietMs && heardMs > mine.atMs;
      if (mine.position === table.sequence && !isQuiet) continue;
      const { sequence } = table;
      for (const message of tableMessages(shard, table, mine.position, filter)) {
        if (message.anew && message.complete) this.#begunAnew += 1;
        yield message;
      }
      mine.position = sequence;
      mine.atMs = nowMs;
    }
  }
}
