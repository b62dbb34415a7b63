import type { Random } from "../../../src/base/random.ts";
import type { DetectCluster } from "./detect-cluster.ts";
import type { Submitter } from "./submitter.ts";

/** A detector; the relay of host b; a centre; the node that is centre and relay of host a, with the detectors that it has started. */
export const victims = ["detector", "relay", "centre", "node"] as const;
export type Victim = (typeof victims)[number];

/** Of each kind: how many kills there were to be, and how many found tasks under way. */
export type Kills = Readonly<Record<Victim, { readonly planned: number; hit: number }>>;

/** As many of each kind, in random order. */
export const planKills = (kills: number, random: Random): readonly Victim[] => {
  const left = Array.from({ length: kills }, (_, at): Victim => victims[at % victims.length] ?? "detector");
  return Array.from({ length: kills }, () => left.splice(random.below(left.length), 1)[0] ?? "detector");
};

export const noKills = (plan: readonly Victim[]): Kills => {
  const of = (victim: Victim): Kills[Victim] => ({ planned: plan.filter((one) => one === victim).length, hit: 0 });
  return { detector: of("detector"), relay: of("relay"), centre: of("centre"), node: of("node") };
};

/**
 * Kills what is planned while tasks are under way. Each kill has its share of the tasks: the first half of it may be worked off while what was
 * killed last begins again, and the kill comes at a random point of the rest.
 * @param stuckMs without any decision
 */
export const killInTurn = async (
  cluster: DetectCluster,
  submitter: Submitter,
  {
    plan,
    tasks,
    stuckMs,
    random,
  }: {
    readonly plan: readonly Victim[];
    readonly tasks: number;
    readonly stuckMs: number;
    readonly random: Random;
  },
  killed: (victim: Victim, hit: boolean) => void,
): Promise<void> => {
  for (const [at, victim] of plan.entries()) {
    const from = Math.floor((tasks * at) / plan.length);
    const to = Math.floor((tasks * (at + 1)) / plan.length);
    const middle = Math.ceil((from + to) / 2);
    submitter.allow(middle);
    await cluster.ready(nodesOf(cluster, victim));
    submitter.allow(to);
    await submitter.decided(middle + random.below(Math.max(1, Math.floor((to - middle) / 2))), stuckMs);
    const hit = submitter.underWay > 0;
    await killOne(cluster, victim, random);
    killed(victim, hit);
  }
};

const nodesOf = ({ nodes: [centre, both, relay] }: DetectCluster, victim: Victim): DetectCluster["nodes"][number][] => {
  return { detector: [], relay: [relay], centre: [centre], node: [both] }[victim];
};

const killOne = async (cluster: DetectCluster, victim: Victim, random: Random): Promise<void> => {
  const [node] = nodesOf(cluster, victim);
  if (node !== undefined) return cluster.crash(node);
  const started = cluster.started();
  const at = random.below(cluster.detectors.length + started.length);
  const detector = cluster.detectors[at];
  if (detector !== undefined) return cluster.crash(detector);
  const pid = started[at - cluster.detectors.length];
  // Its relay starts that one again.
  if (pid !== undefined) process.kill(pid, "SIGKILL");
};
