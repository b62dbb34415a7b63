import { seededRandom, type Random } from "../../../src/base/random.ts";

/** A fault and when it begins, counted from the begin of the disturbed part of a run. Times in milliseconds. */
export type Fault =
  | { readonly kind: "kill"; readonly atMs: number; readonly node: number }
  | { readonly kind: "freeze"; readonly atMs: number; readonly node: number; readonly lengthMs: number }
  | { readonly kind: "store-kill"; readonly atMs: number; readonly lengthMs: number }
  | { readonly kind: "store-freeze"; readonly atMs: number; readonly lengthMs: number };

export type FaultKind = Fault["kind"];

export interface FaultPlanOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly leaseMs: number;
  /** Whether the store is a server that can fail. */
  readonly server: boolean;
}

/**
 * One of each kind in each such slot, at a random moment of it: 33 of each in ten minutes. In every third slot the store is left alone
 * and a node is frozen for long, so that the others can declare it dead: 22 of the store's faults.
 */
const slotMs = 18_000;
const calmSlot = 3;
/** Into a calm slot: by then the store's faults of the slot before are over. */
const longAfterMs = 4_000;

/** How long the store is away or frozen, in lease TTLs: shorter than what owners bear, and longer. */
const storeTtls = { from: 0.1, to: 1.5 } as const;
const nodeTtls = { from: 0.2, to: 4 } as const;
const longTtls = { from: 3.1, to: 4 } as const;
const golden = 0.618_033_988_75;

/** The same for the same options, in the order of time. */
export const planFaults = ({ seed, seconds, nodes, leaseMs, server }: FaultPlanOptions): readonly Fault[] => {
  const random = seededRandom(seed);
  const slots = Math.max(1, Math.round((seconds * 1_000) / slotMs));
  const length = (seconds * 1_000) / slots;
  const freezes = lengths(random, nodeTtls, leaseMs);
  const long = lengths(random, longTtls, leaseMs);
  const pauses = lengths(random, storeTtls, leaseMs);
  const faults: Fault[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const atMs = (): number => Math.round((slot + random.next()) * length);
    const node = (): number => random.below(nodes);
    faults.push({ kind: "kill", atMs: atMs(), node: node() });
    if (slot % calmSlot === calmSlot - 1) {
      faults.push({ kind: "freeze", atMs: Math.round(slot * length) + longAfterMs, node: node(), lengthMs: long() });
      continue;
    }
    faults.push({ kind: "freeze", atMs: atMs(), node: node(), lengthMs: freezes() });
    if (!server) continue;
    faults.push({ kind: "store-kill", atMs: atMs(), lengthMs: pauses() });
    faults.push({ kind: "store-freeze", atMs: atMs(), lengthMs: pauses() });
  }
  return faults.toSorted((a, b) => a.atMs - b.atMs);
};

/** Lengths that cover the range evenly however few are drawn: additive recurrence with the golden ratio. */
const lengths = (
  random: Random,
  { from, to }: { readonly from: number; readonly to: number },
  leaseMs: number,
): (() => number) => {
  let at = random.next();
  return () => {
    at = (at + golden) % 1;
    return Math.round((from + at * (to - from)) * leaseMs);
  };
};
