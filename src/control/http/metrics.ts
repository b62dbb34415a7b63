import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Tracing } from "../../base/tracing.ts";
import type { MemberView } from "../../cluster/index.ts";
import type { ActorSystem } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import type { Refusals } from "../access/refusals.ts";
import type { CallStatistics } from "../calls/call-observer.ts";
import type { ListQueueNames } from "../queues/queue-calls.ts";
import type { Page } from "./http-door.ts";
import { memberMetrics } from "./member-metrics.ts";
import { ProcessMetrics } from "./process-metrics.ts";
import { remoteMetrics, type RemoteView } from "./remote-metrics.ts";
import { shardMetrics, type ShardsView } from "./shard-metrics.ts";

const itemStates = ["waiting", "delayed", "held", "claimed", "done", "failed", "cancelled", "dead"] as const;

export interface MetricsSetup {
  readonly system: ActorSystem;
  readonly store: Store;
  readonly queues: ListQueueNames;
  readonly refusals: Refusals;
  readonly members: () => Promise<readonly MemberView[]>;
  /** Its links to other nodes; absent: there are none. */
  readonly remote: RemoteView | undefined;
  /** Absent: as for its links. */
  readonly shards: ShardsView | undefined;
  /** What others count, from before there was a page to show it. */
  readonly statistics: readonly Statistics[];
}

/** Metrics that are kept elsewhere. */
export interface Statistics {
  addTo(registry: Registry): void;
  /** Brings them up to date, whenever they are read. */
  refresh?(): Promise<void>;
}

/** Brings what was measured up to date. */
type Update = () => Promise<void> | void;

/** What a node can be watched by, in the format of Prometheus. Read when asked for; nothing is shared with other nodes of a process. Its owner closes it. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #calls: Histogram<"call" | "outcome">;
  readonly #process: ProcessMetrics;
  readonly #updates: readonly Update[];

  constructor(setup: MetricsSetup) {
    this.#calls = new Histogram({
      name: "garrison_control_call_seconds",
      help: "Calls of the control plane that were answered, by their status",
      labelNames: ["call", "outcome"],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [this.#registry],
    });
    this.#process = new ProcessMetrics(this.#registry);
    for (const statistics of setup.statistics) statistics.addTo(this.#registry);
    this.#updates = [
      ...setup.statistics.map((statistics) => async () => statistics.refresh?.()),
      this.#process.update,
      memberMetrics(this.#registry, setup.members),
      kernelMetrics(this.#registry, setup.system),
      ...(setup.remote === undefined ? [] : [remoteMetrics(this.#registry, setup.remote)]),
      ...(setup.shards === undefined ? [] : [shardMetrics(this.#registry, setup.shards)]),
      queueMetrics(this.#registry, setup.store, setup.queues),
      refusalMetrics(this.#registry, setup.refusals),
      ...(setup.system.tracing.enabled ? [traceMetrics(this.#registry, setup.system.tracing)] : []),
    ];
  }

  readonly observe: CallStatistics = (call, outcome, ms) => {
    this.#calls.observe({ call, outcome }, ms / 1_000);
  };

  close(): void {
    this.#process.close();
  }

  async page(): Promise<Page> {
    // Not by prom-client's `collect`: one reading sets several metrics.
    for (const update of this.#updates) await update();
    return { status: 200, type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

const kernelMetrics = (registry: Registry, system: ActorSystem): Update => {
  const registers = [registry];
  const actors = new Gauge({ name: "garrison_actors", help: "Live actors", registers });
  const messages = new Counter({
    name: "garrison_messages_total",
    help: "Messages to actors, by what became of them",
    labelNames: ["outcome"],
    registers,
  });
  const failures = new Counter({ name: "garrison_actor_failures_total", help: "Failures of actors", registers });
  const restarts = new Counter({ name: "garrison_actor_restarts_total", help: "Restarts of actors", registers });
  const deadLetters = new Counter({
    name: "garrison_actor_dead_letters_total",
    help: "Messages that no actor handled, by why",
    labelNames: ["reason"],
    registers,
  });
  const asks = new Gauge({ name: "garrison_open_asks", help: "Asks that wait for their answer", registers });
  const waiting = new Gauge({ name: "garrison_messages_waiting", help: "Messages in mailboxes", registers });
  return () => {
    const counters = system.counters();
    actors.set(counters.actors);
    messages.reset();
    messages.inc({ outcome: "sent" }, counters.sent);
    messages.inc({ outcome: "handled" }, counters.handled);
    messages.inc({ outcome: "dropped" }, counters.dropped);
    messages.inc({ outcome: "dead" }, counters.deadLetters);
    failures.reset();
    failures.inc(counters.failures);
    restarts.reset();
    restarts.inc(counters.restarts);
    deadLetters.reset();
    for (const [reason, count] of Object.entries(system.deadLetters.counts)) deadLetters.inc({ reason }, count);
    asks.set(counters.openAsks);
    waiting.set(counters.waiting);
  };
};

const queueMetrics = (registry: Registry, store: Store, queues: ListQueueNames): Update => {
  const registers = [registry];
  const up = new Gauge({ name: "garrison_store_up", help: "1: the store answered just now", registers });
  const items = new Gauge({
    name: "garrison_queue_items",
    help: "Items of a queue by their state; of those that ended, those still kept",
    labelNames: ["space", "queue", "state"],
    registers,
  });
  const oldest = new Gauge({
    name: "garrison_queue_oldest_waiting_seconds",
    help: "Age of the oldest item that waits; 0: none waits",
    labelNames: ["space", "queue"],
    registers,
  });
  return async () => {
    try {
      const all = await Promise.all(
        (await queues()).map(async (name) => ({
          ...name,
          counts: await store.space(name.space).queue.counts(name.queue),
        })),
      );
      // One that is not there any more is not shown as it was.
      items.reset();
      oldest.reset();
      for (const { space, queue, counts } of all) {
        for (const state of itemStates) items.set({ space, queue, state }, counts[state]);
        oldest.set({ space, queue }, (counts.oldestWaitingMs ?? 0) / 1_000);
      }
      up.set(1);
    } catch {
      // What cannot be read is not shown as if it were still so.
      items.reset();
      oldest.reset();
      up.set(0);
    }
  };
};

const refusalMetrics = (registry: Registry, refusals: Refusals): Update => {
  const refused = new Counter({
    name: "garrison_refused_total",
    help: "Callers that were turned away, by where and why",
    labelNames: ["door", "reason"],
    registers: [registry],
  });
  return () => {
    refused.reset();
    for (const { door, reason, count } of refusals.all()) refused.inc({ door, reason }, count);
  };
};

const traceMetrics = (registry: Registry, tracing: Tracing): Update => {
  const spans = new Counter({
    name: "garrison_trace_spans_total",
    help: "Recorded spans, by what became of them",
    labelNames: ["outcome"],
    registers: [registry],
  });
  return () => {
    const { exported, failed, dropped } = tracing.counts();
    spans.reset();
    spans.inc({ outcome: "exported" }, exported);
    spans.inc({ outcome: "failed" }, failed);
    spans.inc({ outcome: "dropped" }, dropped);
  };
};
