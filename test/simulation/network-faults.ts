import type { Cluster } from "./cluster.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

/** Something that goes wrong between nodes. False if it changed nothing. */
type NetworkFault = (world: World, cluster: Cluster, node: SimulatedNode) => boolean;

/** Up to twice the lease of a node: long enough for peers to be given up, and for members to be declared dead. */
const longestCutMs = 6_000;
const longestSlowMs = 4_000;
const longestRefusalMs = 2_000;

const until = ({ clock, random }: World, longestMs: number): number => clock.monotonicMs() + random.below(longestMs);

const otherThan = ({ random }: World, { live }: Cluster, node: SimulatedNode): SimulatedNode | undefined => {
  const others = live.filter((other) => other !== node);
  return others[random.below(Math.max(1, others.length))];
};

const between =
  (fault: (world: World, cluster: Cluster, a: string, b: string) => boolean): NetworkFault =>
  (world, cluster, node) => {
    const other = otherThan(world, cluster, node);
    return other !== undefined && fault(world, cluster, node.identity.id, other.identity.id);
  };

const cutAll =
  (cut: (cluster: Cluster, node: string, other: string, untilMs: number) => void): NetworkFault =>
  (world, cluster, node) => {
    const untilMs = until(world, longestCutMs);
    for (const other of cluster.live) if (other !== node) cut(cluster, node.identity.id, other.identity.id, untilMs);
    return true;
  };

export const networkFaults: readonly (readonly [string, NetworkFault])[] = [
  [
    "cut a link one way",
    between((world, { network }, a, b) => {
      network.cut(a, b, until(world, longestCutMs));
      return true;
    }),
  ],
  [
    "cut a link both ways",
    between((world, { network }, a, b) => {
      const untilMs = until(world, longestCutMs);
      network.cut(a, b, untilMs);
      network.cut(b, a, untilMs);
      return true;
    }),
  ],
  ["cut off what a node sends", cutAll(({ network }, node, other, untilMs) => network.cut(node, other, untilMs))],
  ["cut off what a node is sent", cutAll(({ network }, node, other, untilMs) => network.cut(other, node, untilMs))],
  ["reset a link", between((_world, { network }, a, b) => network.reset(a, b))],
  ["reset all links of a node", (_world, { network }, { identity }) => network.resetAll(identity.id)],
  [
    "stop reading",
    (world, { network }, { identity }) => {
      network.slow(identity.id, until(world, longestSlowMs));
      return true;
    },
  ],
  [
    "refuse to be dialled",
    (world, { network }, { identity }) => {
      network.refuse(identity.id, until(world, longestRefusalMs));
      network.resetAll(identity.id);
      return true;
    },
  ],
];
