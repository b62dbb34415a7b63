import type { Violation } from "../support/invariants/index.ts";
import { checkFinished } from "./checks.ts";
import { Cluster, fewestNodes, mostNodes } from "./cluster.ts";
import { branchesOf } from "./coverage.ts";
import { countTalk } from "./link-branches.ts";
import { noSamples } from "./detect/no-samples.ts";
import { detectionPlanOf } from "./detect/plan.ts";
import { injectFault } from "./faults.ts";
import { directSpace, finalItems, haveEnded } from "./final-items.ts";
import { Operator } from "./operator.ts";
import { unconverged, unsettled } from "./settled.ts";
import type { FinalItem, WorkLog } from "./store-history.ts";
import { planOf } from "./respond/plan.ts";
import { answersEvents, makesVerdicts } from "./seeds.ts";
import { Submitter } from "./submitter.ts";
import { Takeover } from "./takeover.ts";
import { judge, type FoundViolation } from "./verdict.ts";
import { workloadOf } from "./workload.ts";
import { World } from "./world.ts";

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

/** Faults come while there are fewer steps than `faultySteps`, and until there were at least `leastFaults`. */
const usualPace = { faultySteps: 3_000, faultChance: 0.012, longestAdvanceMs: 40 };
/** Making verdicts takes many more steps in the same time. */
const verdictPace = { faultySteps: 11_000, faultChance: 0.002, longestAdvanceMs: 10 };
export const leastSteps = 2_000;
export const leastFaults = 10;
/** Far beyond what a healthy run takes: reaching it is a violation of I16. */
const mostSteps = 120_000;
const lookEverySteps = 200;
/** Once all work has ended: far beyond what the cluster takes until everyone has the same view and every shard an owner. */
const settlingMs = 20_000;

/**
 * Runs one seed to its end and checks everything that was recorded on the way.
 * @param heard told of every step and every fact as it happens
 */
export const runSeed = async (seed: number, heard?: (line: string) => void): Promise<SeedResult> => {
  const files = makesVerdicts(seed) ? await noSamples() : undefined;
  const pace = files === undefined ? usualPace : verdictPace;
  const world = new World(seed, heard, pace.longestAdvanceMs);
  const workload = workloadOf(world, files === undefined);
  const response = answersEvents(seed) ? planOf(world) : undefined;
  const detection = files === undefined ? undefined : { plan: detectionPlanOf(world), files };
  const cluster = new Cluster(world, workload, { response, detection }, sizeOf(world));
  const { store } = cluster;
  const submitter = new Submitter(world, store, workload);
  const operator = new Operator(world, store, [...workload.tasks.keys()], { check: (id) => cluster.hint(id) });
  const space = directSpace(store.database);
  const noted: Violation[] = [];
  let faults = 0;
  let healedAtMs = 0;
  let endedAtMs: number | undefined;
  let final: readonly FinalItem[] = [];

  const ended = async (): Promise<boolean> => {
    if (!submitter.done || !operator.done || !(await haveEnded(space, submitter.acknowledged))) return false;
    if ((await cluster.response?.ended()) === false) return false;
    if ((await cluster.detection?.ended()) === false) return false;
    final = await finalItems(space, store.history);
    return checkFinished(store.history, final).length === 0 && final.length > 0;
  };
  const look = (): void => {
    for (const message of cluster.overfull()) noted.push({ invariant: "I12", message, at: store.history.length });
  };

  while (world.steps < mostSteps) {
    if (!world.healthy && (world.steps < pace.faultySteps || faults < leastFaults)) {
      if (world.chance(pace.faultChance) && injectFault(world, cluster)) faults += 1;
    } else if (!world.healthy) {
      cluster.heal();
      healedAtMs = world.clock.monotonicMs();
    }
    await world.step();
    if (world.steps % lookEverySteps !== 0) continue;
    look();
    if (!world.healthy || world.steps < leastSteps || !(await ended())) continue;
    endedAtMs ??= world.clock.monotonicMs();
    if (unsettled(cluster, healedAtMs).length === 0 || world.clock.monotonicMs() > endedAtMs + settlingMs) break;
  }
  final = await finalItems(space, store.history);
  noted.push(...unsettled(cluster, healedAtMs), ...(await takeOver(world, cluster)));
  await settle(world, cluster);
  cluster.noteQuiet();
  await drainAll(world, cluster);
  noted.push(...((await cluster.response?.check()) ?? []), ...((await cluster.detection?.check()) ?? []));

  const log: WorkLog = {
    acknowledged: submitter.acknowledged,
    templates: new Map([...workload.tasks].map(([id, batches]) => [id, batches.flat()])),
    deadly: workload.deadly,
    hopeless: workload.hopeless,
    requests: cluster.requests.all,
  };
  const { violations, undecided } = judge(cluster, log, final, noted);
  countTalk(cluster.talk.events, (branch) => world.count(`branch: ${branch}`));
  const counts = Object.fromEntries([...world.counts, ...branchesOf(store.history, final)]);
  const { steps } = world;
  return {
    ...{ seed, steps, hash: world.traceHash(), nodes: cluster.size, faults, violations },
    counts: undecided === 0 ? counts : { ...counts, "undecided: I3": undecided },
  };
};

/** Small clusters more often: they are the ones in which nobody is left over. */
const sizeOf = ({ random }: World): number => {
  const most = mostNodes - fewestNodes + 1;
  return fewestNodes + Math.min(random.below(most), random.below(most));
};

/** A crash in the calm at the end, of which everyone hears. */
const takeOver = async (world: World, cluster: Cluster): Promise<readonly Violation[]> => {
  const takeover = Takeover.begin(world, cluster);
  if (takeover === undefined) return [];
  const until = world.steps + mostSteps;
  while (!takeover.over && world.steps < until) await world.step();
  const untilMs = world.clock.monotonicMs() + settlingMs;
  while (unconverged(cluster).length > 0 && world.clock.monotonicMs() < untilMs) await world.step();
  return [...takeover.check(), ...unconverged(cluster)];
};

/** Goes on until nothing is left to be done now: only timers could start something. */
const settle = async (world: World, cluster: Cluster): Promise<void> => {
  const until = world.steps + mostSteps;
  const busy = (): boolean =>
    world.inFlight > 0 || cluster.network.busy || cluster.live.some((node) => node.ready() > 0);
  while (busy() && world.steps < until) await world.step();
};

/** An ordered end for every node, so that what is still owed to anyone comes to light. */
const drainAll = async (world: World, cluster: Cluster): Promise<void> => {
  cluster.close();
  const until = world.steps + mostSteps;
  while (cluster.live.length > 0 && world.steps < until) await world.step();
};
