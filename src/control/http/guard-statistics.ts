import { Counter, Gauge, type Registry } from "prom-client";
import type { FeedView, ShardView } from "../../actors/guard/index.ts";

/** What is asked whenever the metrics are read. */
export interface GuardFacts {
  /** Id of this node. */
  readonly node: string;
  readonly shards: readonly ShardView[];
  readonly feed: FeedView;
}

/** The shards of the guard that a node owns, and what it serves to proxies. */
export class GuardStatistics {
  readonly #facts: () => Promise<GuardFacts>;
  readonly #subjects = new Gauge({
    name: "garrison_guard_subjects",
    help: "Subjects whose accesses a shard of this node counts",
    labelNames: ["shard"],
    registers: [],
  });
  readonly #indications = new Gauge({
    name: "garrison_guard_indications",
    help: "Interceptions of a shard of this node: those in force, and those that wait for a person",
    labelNames: ["shard", "state"],
    registers: [],
  });
  readonly #accesses = new Counter({
    name: "garrison_guard_accesses_total",
    help: "Accesses that were reported to a shard since this node took it over, by what became of them",
    labelNames: ["shard", "outcome"],
    registers: [],
  });
  readonly #crossings = new Counter({
    name: "garrison_guard_crossings_total",
    help: "Limits of rules that were crossed in a shard since this node took it over",
    labelNames: ["shard"],
    registers: [],
  });
  readonly #repeated = new Counter({
    name: "garrison_guard_repeated_parts_total",
    help: "Parts of reports that came to a shard once more, and were not counted again",
    labelNames: ["shard"],
    registers: [],
  });
  readonly #subscribers = new Gauge({
    name: "garrison_guard_subscribers",
    help: "Proxies that have subscribed at this node",
    registers: [],
  });
  readonly #tables = new Gauge({
    name: "garrison_guard_feed_shards",
    help: "Shards whose tables this node has, to serve them to proxies",
    registers: [],
  });
  readonly #entries = new Gauge({
    name: "garrison_guard_feed_entries",
    help: "Entries of these tables",
    registers: [],
  });
  readonly #begunAnew = new Counter({
    name: "garrison_guard_feed_anew_total",
    help: "Tables of a shard that were sent to a subscriber from the beginning",
    registers: [],
  });

  constructor(facts: () => Promise<GuardFacts>) {
    this.#facts = facts;
  }

  addTo(registry: Registry): void {
    for (const gauge of [this.#subjects, this.#indications]) registry.registerMetric(gauge);
    for (const gauge of [this.#subscribers, this.#tables, this.#entries]) registry.registerMetric(gauge);
    for (const counter of [this.#accesses, this.#crossings, this.#repeated]) registry.registerMetric(counter);
    registry.registerMetric(this.#begunAnew);
  }

  async refresh(): Promise<void> {
    const { node, shards, feed } = await this.#facts();
    for (const metric of [this.#subjects, this.#indications]) metric.reset();
    for (const metric of [this.#accesses, this.#crossings, this.#repeated]) metric.reset();
    for (const view of shards) if (view.node === node) this.#set(view);
    this.#subscribers.set(feed.subscribers);
    this.#tables.set(feed.shards);
    this.#entries.set(feed.entries);
    this.#begunAnew.reset();
    this.#begunAnew.inc(feed.begunAnew);
  }

  /** Of one that does not answer there is nothing to show. */
  #set({ shard: number, stats }: ShardView): void {
    if (stats === undefined) return;
    const shard = String(number);
    this.#subjects.set({ shard }, stats.subjects);
    this.#indications.set({ shard, state: "active" }, stats.active);
    this.#indications.set({ shard, state: "pending" }, stats.pending);
    for (const outcome of ["passed", "intercepted", "late", "uncounted"] as const) {
      this.#accesses.inc({ shard, outcome }, stats[outcome]);
    }
    this.#crossings.inc({ shard }, stats.crossings);
    this.#repeated.inc({ shard }, stats.repeatedParts);
  }
}
