import { storeKinds, type StoreKind } from "./chaos-store.ts";
import { planFaults, type Fault } from "./fault-plan.ts";
import { ownershipRun, type OwnershipRunResult } from "./ownership-run.ts";
import { takeoverRun, type TakeoverTimes } from "./takeover-run.ts";
import type { Defect } from "./tally.ts";

/** What a person asked for; the defaults are main's. */
export interface ClusterFlags {
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  readonly leaseMs: number;
  /** Every store that has to be tried. */
  readonly stores: readonly StoreKind[];
  readonly defect: Defect | undefined;
  /** A line for people to follow the run. */
  readonly say: (line: string) => void;
  /** A line of the result. */
  readonly print: (line: string) => void;
}

const shards = 32;
const nodes = 5;
const longestCalmSeconds = 60;
const calmShare = 0.2;
/** In ten minutes, at least; a shorter run owes a part of them. */
const floors = { seconds: 600, faults: 20, refused: 10, longFreezes: 5 } as const;
const leastShare = 0.25;
const shownViolations = 5;
const graceMs = 1_000;

export const parseStores = (text: string | undefined): readonly StoreKind[] => {
  if (text === undefined) return storeKinds;
  const kind = storeKinds.find((one) => one === text);
  if (kind === undefined) throw new Error(`--store: ${storeKinds.join(" or ")}`);
  return [kind];
};

export const parseDefect = (text: string | undefined): Defect | undefined => {
  if (text === undefined || text === "fence" || text === "deadline") return text;
  throw new Error("--broken: fence or deadline");
};

/** `ownership`: random faults. Holds if nothing was violated and the run was hard enough to show it. */
export const ownership = async (flags: ClusterFlags): Promise<boolean> => {
  const { seconds, seed, leaseMs } = flags;
  const store = flags.stores[0] ?? "redis";
  const plan = planFaults({ seed, seconds, nodes, leaseMs, server: store === "redis" });
  const calmSeconds = Math.min(longestCalmSeconds, seconds * calmShare);
  const result = await ownershipRun({ ...flags, calmSeconds, plan, store, nodes, shards });
  report(flags, result);
  const part = Math.min(1, seconds / floors.seconds);
  const owed = (floor: number): number => Math.floor(floor * part);
  const { faults, seen, freezes, calmPerSecond, disturbedPerSecond } = result;
  const { kill, freeze, ...ofStore } = faults;
  const counts = [kill, freeze, ...(store === "redis" ? Object.values(ofStore) : [])];
  const unmet = [
    ...counts.filter((count) => count < owed(floors.faults)).map(() => "too few faults of a kind"),
    ...(flags.defect !== "fence" && seen.writes.refused < Math.max(1, owed(floors.refused))
      ? ["too few stale writes were refused"]
      : []),
    ...(seen.takeovers < kill ? ["too few take-overs"] : []),
    ...(seen.effects === 0 ? ["nothing was done outside"] : []),
    ...(freezes.long < owed(floors.longFreezes) ? ["too few long freezes"] : []),
    ...(disturbedPerSecond < calmPerSecond * leastShare ? ["too little was written under faults"] : []),
  ];
  for (const one of unmet) flags.print(`floor not met: ${one}`);
  return holds(result) && unmet.length === 0;
};

/** `frozen`: one of two nodes is frozen for three lease TTLs. */
export const frozen = async (flags: ClusterFlags): Promise<boolean> => {
  const lengthMs = Math.round(3.1 * flags.leaseMs);
  const plan: readonly Fault[] = [{ kind: "freeze", atMs: 0, node: flags.seed % 2, lengthMs }];
  const store = flags.stores[0] ?? "redis";
  const result = await ownershipRun({ ...flags, calmSeconds: 0.5, plan, store, nodes: 2, shards });
  report(flags, result);
  const { refused } = result.seen.writes;
  if (refused === 0 && flags.defect !== "fence") flags.print("floor not met: no stale write was refused");
  return holds(result) && refused > 0 && result.freezes.long === 1;
};

/** `takeover`: on each store, with five nodes and with two. */
export const takeover = async (flags: ClusterFlags): Promise<boolean> => {
  const { rounds, leaseMs } = flags;
  const results: TakeoverTimes[] = [];
  for (const store of flags.stores) {
    for (const size of [nodes, 2]) {
      const result = await takeoverRun({ ...flags, store, nodes: size, rounds, shards });
      flags.print(JSON.stringify(result));
      results.push(result);
    }
  }
  const limitMs = leaseMs + graceMs;
  return results.every(
    ({ singletons, singletonWorstMs, shardWorstMs }) =>
      singletons > 0 && singletonWorstMs <= limitMs && shardWorstMs <= limitMs,
  );
};

const holds = ({ seen, freezes, badEnds }: OwnershipRunResult): boolean =>
  seen.violations.length + seen.lateEffects + freezes.wrong.length + badEnds === 0;

const report = ({ print }: ClusterFlags, { seen, ...result }: OwnershipRunResult): void => {
  const { violations, writes, ...rest } = seen;
  print(JSON.stringify({ ...result, ...rest, violations: violations.length }));
  for (const { invariant, message } of violations.slice(0, shownViolations)) print(`violated ${invariant}: ${message}`);
  const counted = violations.filter(({ invariant }) => invariant === "I5").length;
  print(`ledger ${JSON.stringify({ system: "cluster", ...writes, staleAccepted: rest.staleAccepted, counted })}`);
};
