import { seededRandom } from "../../../src/base/random.ts";

export const fleetFaultKinds = [
  "kill",
  "freeze",
  "cut-one-way",
  "cut-both",
  "delay",
  "throttle",
  "reset",
  "refuse",
  "store-restart",
  "store-cut",
] as const;

export type FleetFaultKind = (typeof fleetFaultKinds)[number];

/** A fault and when it begins, counted from the begin of the disturbed part of a run. Times in milliseconds. */
export interface FleetFault {
  readonly kind: FleetFaultKind;
  readonly atMs: number;
  readonly lengthMs: number;
  /** Whom it hits, if that one runs; otherwise the next one. */
  readonly node: number;
  /** The other end, of faults between two nodes. */
  readonly peer: number;
  /** What is cut is lost, and does not come late. */
  readonly lossy: boolean;
}

export interface FleetPlanOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly everyMs: number;
  readonly leaseMs: number;
  readonly kinds: readonly FleetFaultKind[];
}

/** From shorter than anybody notices to longer than a lease: some of those that are hit are declared dead. */
const lengthTtls = { from: 0.1, to: 1.6 } as const;

/** The same for the same options, in the order of time: every kind once, in a random order, before any comes again. */
export const planFleetFaults = (options: FleetPlanOptions): readonly FleetFault[] => {
  const { seed, seconds, nodes, everyMs, leaseMs, kinds } = options;
  const random = seededRandom(seed);
  const deck: FleetFaultKind[] = [];
  return Array.from({ length: Math.floor((seconds * 1_000) / everyMs) }, (_, index) => {
    if (deck.length === 0) deck.push(...kinds);
    const [kind = "kill"] = deck.splice(random.below(deck.length), 1);
    const node = random.below(nodes);
    const ttls = lengthTtls.from + random.next() * (lengthTtls.to - lengthTtls.from);
    return {
      kind,
      atMs: Math.round((index + random.next()) * everyMs),
      lengthMs: Math.round(ttls * leaseMs),
      node,
      peer: (node + 1 + random.below(nodes - 1)) % nodes,
      lossy: random.below(2) === 0,
    };
  });
};
