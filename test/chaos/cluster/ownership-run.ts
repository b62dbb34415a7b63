import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import type { StoreKind } from "./chaos-store.ts";
import { FaultInjector, type Span } from "./fault-injector.ts";
import type { Fault, FaultKind } from "./fault-plan.ts";
import { judgeFreezes, type FreezesSeen } from "./freeze-checks.ts";
import { OwnerCluster } from "./owner-cluster.ts";
import type { OwnerEvent } from "./owner-log.ts";
import { judgeOwnership, type Condemned, type OwnershipSeen } from "./ownership-checks.ts";
import type { Defect } from "./tally.ts";

export interface OwnershipRunOptions {
  /** How long nobody disturbs the nodes, for comparison. */
  readonly calmSeconds: number;
  readonly plan: readonly Fault[];
  readonly store: StoreKind;
  readonly nodes: number;
  readonly shards: number;
  readonly leaseMs: number;
  readonly defect: Defect | undefined;
  readonly say: (line: string) => void;
}

export interface OwnershipRunResult {
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly seen: OwnershipSeen;
  readonly freezes: FreezesSeen;
  /** Codes other than 0 with which nodes ended that were asked to leave at the end. */
  readonly badEnds: number;
  /** Processes over all nodes. */
  readonly incarnations: number;
  readonly calmPerSecond: number;
  readonly disturbedPerSecond: number;
}

/** The last fault is over: nodes that it ended join again, which waits for a lease to run out. */
const healMs = 60_000;

/**
 * Some nodes own a singleton and shards on one store and write all the time. First nobody disturbs them; then nodes and store are killed
 * and frozen by a plan. At the end everything has to be owned again.
 */
export const ownershipRun = async (options: OwnershipRunOptions): Promise<OwnershipRunResult> => {
  const { calmSeconds, plan, leaseMs, say } = options;
  const cluster = await OwnerCluster.start(options);
  try {
    say(`undisturbed for ${calmSeconds} s`);
    const calm = await during(() => pause(calmSeconds * 1_000));
    cluster.look();
    const injector = new FaultInjector(cluster, say);
    const disturbed = await during(() => injector.run(plan));
    await cluster.untilSettled(healMs);
    say("everything is owned again; the nodes leave");
    const ends = await cluster.stop(true);
    const { events } = cluster;
    return {
      faults: injector.counts,
      seen: judgeOwnership(events, condemnedOf(cluster)),
      freezes: judgeFreezes(cluster.nodes, injector, leaseMs),
      badEnds: ends.filter((code) => code !== exitCodes.complete).length,
      incarnations: cluster.nodes.reduce((sum, { lives }) => sum + lives.length, 0),
      calmPerSecond: acceptedPerSecond(events, calm),
      disturbedPerSecond: acceptedPerSecond(events, disturbed),
    };
  } finally {
    await cluster.end();
  }
};

/** A killed process since its end; one that found itself declared dead at any time before, as nobody else knows when. */
const condemnedOf = ({ nodes }: OwnerCluster): Condemned =>
  new Map(
    nodes.flatMap(({ lives }) =>
      lives.flatMap(({ writer, killedAtMs, exit }): (readonly [string, number])[] => {
        if (killedAtMs !== undefined) return [[writer, killedAtMs]];
        return exit?.code === exitCodes.lost ? [[writer, Number.NEGATIVE_INFINITY]] : [];
      }),
    ),
  );

const during = async (run: () => Promise<void>): Promise<Span> => {
  const fromMs = systemClock.monotonicMs();
  await run();
  return { fromMs, toMs: systemClock.monotonicMs() };
};

const acceptedPerSecond = (events: readonly OwnerEvent[], { fromMs, toMs }: Span): number => {
  const accepted = events.filter(({ verb, atMs }) => verb === "accepted" && atMs >= fromMs && atMs < toMs);
  return Math.round((accepted.length / (toMs - fromMs)) * 1_000);
};
