import { Counter, Gauge, type Registry } from "prom-client";
import type { Shards } from "../../cluster/index.ts";

/** What is counted of messages to shards. */
export type ShardsView = Pick<Shards, "counts">;

/** Metrics of messages to shards on this node. @returns brings them up to date */
export const shardMetrics = (registry: Registry, shards: ShardsView): (() => void) => {
  const registers = [registry];
  const messages = new Counter({
    name: "garrison_shard_messages_total",
    help: "Messages that came to shards of this node: handed to the actor, or sent back since the shard had moved",
    labelNames: ["outcome"],
    registers,
  });
  const dropped = new Counter({
    name: "garrison_shard_dropped_total",
    help: "Messages to shards that became dead letters on this node, by why",
    labelNames: ["reason"],
    registers,
  });
  const barriers = new Counter({
    name: "garrison_shard_barriers_total",
    help: "Barriers that were sent to the old owners of shards, and how many of them were given up",
    labelNames: ["outcome"],
    registers,
  });
  const waiting = new Gauge({
    name: "garrison_shard_waiting",
    help: "Messages that wait on this node for an owner of their shard, for a link to it, or for its fence",
    registers,
  });
  return () => {
    for (const counter of [messages, dropped, barriers]) counter.reset();
    const counts = shards.counts();
    messages.inc({ outcome: "handed" }, counts.handed);
    messages.inc({ outcome: "returned" }, counts.returned);
    for (const [reason, count] of Object.entries(counts.dropped)) dropped.inc({ reason }, count);
    barriers.inc({ outcome: "sent" }, counts.barriers);
    barriers.inc({ outcome: "given-up" }, counts.barriersGivenUp);
    waiting.set(counts.waiting);
  };
};
