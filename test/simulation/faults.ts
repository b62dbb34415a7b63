import type { Cluster } from "./cluster.ts";
import { networkFaults } from "./network-faults.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

const longestFreezeMs = 9_000;
const crashesBeyondBudget = 20;
const longestHangMs = 2_500;
/** Longer than two leases of a node. */
const longestStopMs = 7_000;
const longestCutMs = 6_000;
const sinks = 3;

/** Something that goes wrong, or is done to the cluster while it works. False if it changed nothing: there was nothing left to break. */
type Fault = (world: World, cluster: Cluster, node: SimulatedNode) => boolean;

const until = ({ clock, random }: World, longestMs: number): number => clock.monotonicMs() + random.below(longestMs);

const killActor: Fault = ({ random }, _cluster, node) => {
  const paths = node.actors();
  const path = paths[random.below(paths.length)];
  return path !== undefined && node.kill(path);
};

const freeze: Fault = (world, _cluster, node) => {
  node.freeze();
  world.after(world.random.below(longestFreezeMs), () => node.thaw());
  return true;
};

const cut =
  (way: "request" | "answer"): Fault =>
  (world, _cluster, node) => {
    node.cut(way, until(world, longestCutMs));
    return true;
  };

const faults: readonly (readonly [string, Fault])[] = [
  ["kill actor", killActor],
  ["kill actor", killActor],
  ["kill actor", killActor],
  ["crash sink", ({ random }, _cluster, node) => node.crashSink(random.below(sinks), 1)],
  [
    "crash sink until its budget is spent",
    ({ random }, _cluster, node) => node.crashSink(random.below(sinks), crashesBeyondBudget),
  ],
  ["crash node", (_world, _cluster, node) => node.die()],
  ["crash node", (_world, _cluster, node) => node.die()],
  ["freeze node", freeze],
  ["freeze node", freeze],
  ["drain node", (_world, _cluster, node) => node.drain()],
  ["join node", (_world, cluster) => cluster.grow()],
  ["leave for good", (_world, cluster, node) => cluster.retire(node)],
  ["cut off requests", cut("request")],
  ["cut off answers", cut("answer")],
  [
    "hang store",
    (world, { store }) => {
      store.hungUntilMs = until(world, longestHangMs);
      return true;
    },
  ],
  [
    "stop store",
    (world, { store }) => {
      store.stoppedUntilMs = until(world, longestStopMs);
      return true;
    },
  ],
  [
    "fail over store",
    (_world, { store }) => {
      store.failOver();
      return true;
    },
  ],
  ...networkFaults,
];

/** One fault of a kind, and on a node, that the seed picks. False if it changed nothing. */
export const injectFault = (world: World, cluster: Cluster): boolean => {
  const live = cluster.live.filter((node) => !node.frozen);
  const node = live[world.random.below(Math.max(1, live.length))];
  const fault = faults[world.random.below(faults.length)];
  if (node === undefined || fault === undefined) return false;
  const [name, inject] = fault;
  world.trace(`fault ${name} ${node.name}`);
  if (!inject(world, cluster, node)) return false;
  world.count(`fault: ${name}`);
  return true;
};
