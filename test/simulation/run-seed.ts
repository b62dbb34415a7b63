import { createMemoryDatabase } from "../../src/store/memory/index.ts";
import { kernelInvariants, type Violation } from "../support/invariants/index.ts";
import {
  checkFinished,
  checkIntervals,
  checkNothingLost,
  checkOneEnd,
  checkPlan,
  checkPoison,
  checkTokens,
} from "./checks.ts";
import { Cluster } from "./cluster.ts";
import { branchesOf } from "./coverage.ts";
import { directSpace, finalItems } from "./final-items.ts";
import { Operator } from "./operator.ts";
import { checkCancelled, checkPaused } from "./order-checks.ts";
import { settings } from "./simulated-node.ts";
import type { FinalItem, WorkLog } from "./store-history.ts";
import { callTimeoutMs } from "./simulated-store.ts";
import { Submitter } from "./submitter.ts";
import { workloadOf } from "./workload.ts";
import { World } from "./world.ts";

/** A violation with what led to it. */
export interface FoundViolation extends Violation {
  /** `store`, or the node and incarnation whose actors it is about. */
  readonly where: string;
  /** The last events of that history up to it that may matter, as JSON. */
  readonly before: readonly string[];
}

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  readonly hash: string;
  /** How many nodes the cluster had, and how many faults were put into it. */
  readonly nodes: number;
  readonly faults: number;
  readonly violations: readonly FoundViolation[];
  /** How often each fault and each branch of the protocol was seen. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Faults come while there are fewer steps than this, and until there were at least `leastFaults`. */
const faultySteps = 1_600;
export const leastSteps = 2_000;
export const leastFaults = 10;
const faultChance = 0.012;
/** Far beyond what a healthy run takes: reaching it is a violation of I16. */
const mostSteps = 60_000;
const lookEverySteps = 64;
const eventsBefore = 8;
/**
 * How long after its cancelling a request of a scan may be sent, and how long a paused scan may keep its place: claims run out within a
 * lease when no heartbeat gets through, heartbeats come at a third of it, a call may take until its deadline, and messages take a while.
 */
const orderBoundMs = (settings.leaseMs * 4) / 3 + callTimeoutMs + 500;

/**
 * Runs one seed to its end and checks everything that was recorded on the way.
 * @param heard told of every step and every fact as it happens
 */
export const runSeed = async (seed: number, heard?: (line: string) => void): Promise<SeedResult> => {
  const world = new World(seed, heard);
  const workload = workloadOf(world);
  const database = createMemoryDatabase({ clock: world.clock });
  const nodes = 3 + world.random.below(5);
  const cluster = new Cluster(world, database, workload, nodes);
  const submitter = new Submitter(world, cluster.store, workload);
  const operator = new Operator(world, cluster.store, [...workload.tasks.keys()]);
  const space = directSpace(database);
  const overfull: Violation[] = [];
  let faults = 0;
  let final: readonly FinalItem[] = [];

  const ended = async (): Promise<boolean> => {
    if (!submitter.done || !operator.done) return false;
    final = await finalItems(space, cluster.store.history);
    return checkFinished(cluster.store.history, final).length === 0 && final.length > 0;
  };
  const look = (): void => {
    for (const message of cluster.overfull()) {
      overfull.push({ invariant: "I12", message, at: cluster.store.history.length });
    }
  };

  while (world.steps < mostSteps) {
    if (!world.healthy && (world.steps < faultySteps || faults < leastFaults)) {
      if (world.chance(faultChance) && cluster.fault()) faults += 1;
    } else if (!world.healthy) cluster.heal();
    await world.step();
    if (world.steps % lookEverySteps !== 0) continue;
    look();
    if (world.healthy && world.steps >= leastSteps && (await ended())) break;
  }
  final = await finalItems(space, cluster.store.history);
  await settle(world, cluster);
  cluster.noteQuiet();
  await drainAll(world, cluster);

  const log: WorkLog = {
    acknowledged: submitter.acknowledged,
    templates: new Map([...workload.tasks].map(([id, batches]) => [id, batches.flat()])),
    deadly: workload.deadly,
    hopeless: workload.hopeless,
    requests: cluster.requests.all,
  };
  const { history } = cluster.store;
  const ofStore = [
    ...overfull,
    ...checkTokens(history),
    ...checkIntervals(history),
    ...checkNothingLost(history, log, final),
    ...checkOneEnd(history, final),
    ...checkPlan(history, log, final),
    ...checkPoison(history, log, final),
    ...checkCancelled(history, log, orderBoundMs),
    ...checkPaused(history, orderBoundMs),
    ...checkFinished(history, final),
  ];
  const violations = [
    ...withEvents("store", ofStore, history),
    ...cluster.histories.flatMap(({ name, events }) =>
      withEvents(
        name,
        Object.values(kernelInvariants).flatMap((check) => check(events)),
        events,
      ),
    ),
  ];
  const counts = Object.fromEntries([...world.counts, ...branchesOf(history, final)]);
  return { seed, steps: world.steps, hash: world.traceHash(), nodes, faults, violations, counts };
};

const withEvents = (
  where: string,
  violations: readonly Violation[],
  history: readonly object[],
): readonly FoundViolation[] =>
  violations.map((violation) => {
    const { about = "" } = violation;
    const before: string[] = [];
    for (let at = Math.min(violation.at, history.length - 1); at >= 0 && before.length < eventsBefore; at -= 1) {
      const event = JSON.stringify(history[at]);
      if (event.includes(about)) before.unshift(event);
    }
    return { ...violation, where, before };
  });

/** Goes on until nothing is left to be done now: only timers could start something. */
const settle = async (world: World, cluster: Cluster): Promise<void> => {
  const until = world.steps + mostSteps;
  const busy = (): boolean => world.inFlight > 0 || cluster.live.some((node) => node.ready() > 0);
  while (busy() && world.steps < until) await world.step();
};

/** An ordered end for every node, so that what is still owed to anyone comes to light. */
const drainAll = async (world: World, cluster: Cluster): Promise<void> => {
  cluster.close();
  const until = world.steps + mostSteps;
  while (cluster.live.length > 0 && world.steps < until) await world.step();
};
