import { shardOf } from "../../../cluster/index.ts";

/** Clients above the limit, at the limit and far below it. */
export type Group = "over" | "limit" | "harmless";

/** A client with an address of its own, whose accesses are spread over the front ends. */
export interface Visitor {
  readonly address: string;
  readonly group: Group;
}

const networks: Readonly<Record<Group, string>> = { over: "127.0.1", limit: "127.0.2", harmless: "127.0.3" };
const mostHosts = 254;

/**
 * Clients of a group.
 * @param shards among which the service divides clients: each gets `perShard` of them
 */
export const visitorsOf = (group: Group, shards: number, perShard: number): readonly Visitor[] => {
  const counts = new Map<number, number>();
  const visitors: Visitor[] = [];
  for (let host = 1; host <= mostHosts; host += 1) {
    const address = `${networks[group]}.${host}`;
    const shard = shardOf(address, shards);
    const count = counts.get(shard) ?? 0;
    if (count === perShard) continue;
    counts.set(shard, count + 1);
    visitors.push({ address, group });
  }
  return visitors;
};
