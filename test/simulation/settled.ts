import { checkConverged, type OwnershipEvent, type Violation } from "../support/invariants/index.ts";
import type { Cluster } from "./cluster.ts";
import { fenceKeys } from "./owned-work.ts";
import { latestTable, ownershipOf } from "./ownership-of.ts";
import type { SimulatedNode } from "./simulated-node.ts";

/** I16: since then every key that the cluster owns has an owner, and that one has got a write through. */
export const checkOwned = (
  events: readonly OwnershipEvent[],
  keys: readonly string[],
  sinceMs: number,
): Violation[] => {
  const working = new Set<string>();
  for (const { type, key, atMs } of events) {
    if (type === "granted" || type === "released") working.delete(key);
    if (type === "accepted" && atMs >= sinceMs) working.add(key);
  }
  return keys
    .filter((key) => !working.has(key))
    .map((key) => ({ invariant: "I16", message: `${key} has no owner that works`, at: events.length, about: key }));
};

/** I15 and I16: what is not yet as it has to be in a cluster in which nothing goes wrong any more. */
export const unsettled = (cluster: Cluster, healedAtMs: number): Violation[] => [
  ...unconverged(cluster),
  ...checkOwned(ownershipOf(cluster.store.history), fenceKeys, healedAtMs),
];

/** I15 and I16: nodes that do not have the latest table yet, or are not linked to all of it. */
export const unconverged = (cluster: Cluster): Violation[] => {
  const { history } = cluster.store;
  const latest = latestTable(history);
  const views = cluster.live.map(({ name, membership }) => ({
    node: name,
    table: membership?.view() ?? { version: 0, members: [] },
  }));
  const running = cluster.live.map(({ identity }) => ({ ...identity, state: "up" }));
  return [...checkConverged(views, latest, running), ...checkLinked(cluster.live)];
};

/** I16: every live node has a link to every other one that is up and has nothing left to send. */
const checkLinked = (live: readonly SimulatedNode[]): Violation[] =>
  live.flatMap(({ name, links }) =>
    links.remote
      .links()
      .filter(({ state, outboxEnvelopes }) => state !== "up" || outboxEnvelopes > 0)
      .map(({ node, incarnation, state, outboxEnvelopes }) => ({
        invariant: "I16",
        message: `the link of ${name} to ${node}.${incarnation} is ${state} and holds ${outboxEnvelopes} envelopes`,
        at: 0,
      })),
  );
