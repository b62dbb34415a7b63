import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { Random } from "../../../base/random.ts";
import type { Disturbances } from "../disturbances.ts";
import { until } from "../until.ts";
import { clientsAtRisk, type VisitorsLog } from "./settle-visits.ts";
import type { Group, Visitor } from "./visitor.ts";
import type { Visits } from "./visits.ts";

export interface DisturbedVisitsSetup {
  readonly visits: Visits;
  readonly visitors: readonly Visitor[];
  readonly frontEnds: number;
  readonly limit: number;
  /** Clients that the service says are blocked. */
  readonly blocked: () => Promise<ReadonlySet<string>>;
  readonly disturbances: Disturbances;
  /** The life of a front end that the disturbances end. */
  readonly killed: VisitorsLog["killed"];
  readonly mayLose: number;
  readonly random: Random;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const pauseMs = 8;
/** A block is listed, or at all front ends, within so long, on a machine that is very busy too. */
const longestMs = 30_000;
/** Those that miss accesses are given more once the others, which do not, are blocked. */
const graceMs = 1_000;

/** Accesses of each client while the cluster is disturbed: one more is not above the limit yet. */
const firstOf = (group: Group, limit: number): number => ({ over: limit - 1, limit, harmless: limit / 2 })[group];

/**
 * Has clients access the front ends while these and the nodes are killed. Some of them stay at the limit until others have exceeded it by an
 * access at each front end and are blocked: what was counted twice shows by then, since all that came before them is counted. Then these exceed it by
 * one, too: if they are blocked, nothing was lost.
 */
export const disturbVisits = async (setup: DisturbedVisitsSetup): Promise<VisitorsLog> => {
  const { visits, visitors, frontEnds, limit, blocked, disturbances, killed, mayLose, clock, signal } = setup;
  const ofGroup = (group: Group): readonly string[] =>
    visitors.filter((visitor) => visitor.group === group).map(({ address }) => address);
  const before = visits.log.length;
  for (const [at, address] of shuffled(setup).entries()) {
    disturbances.look(at);
    await visits.visit(address, at % frontEnds);
    await pause(clock, pauseMs, signal);
  }
  await disturbances.settled();
  const log = (): VisitorsLog["log"] => visits.log.slice(before);
  const blockedWithin = new Set<string>();
  const [over, atLimit, harmless] = [ofGroup("over"), ofGroup("limit"), ofGroup("harmless")];
  const noteBlocked = async (members: readonly string[]): Promise<void> => {
    const listed = await blocked();
    for (const address of members) if (listed.has(address)) blockedWithin.add(address);
  };
  const exceed = async (members: readonly string[]): Promise<void> => {
    const areBlocked = (wanted: readonly string[], withinMs: number): Promise<boolean> =>
      until(async () => isSubset(wanted, await blocked()), { longestMs: withinMs, clock, signal });
    const atRisk = clientsAtRisk(log(), { killed, mayLose });
    const unharmed = members.filter((address) => !atRisk.has(address));
    if (!(await areBlocked(unharmed, longestMs))) return;
    for (let more = 0; more < mayLose && !(await areBlocked(members, graceMs)); more += 1) {
      const listed = await blocked();
      for (const address of members) if (!listed.has(address)) await visits.visit(address, more % frontEnds);
    }
  };

  await noteBlocked([...over, ...atLimit, ...harmless]);
  for (const address of over) for (let at = 0; at < frontEnds; at += 1) await visits.visit(address, at);
  await exceed(over);
  await noteBlocked([...atLimit, ...harmless]);
  for (const address of atLimit) await visits.visit(address, 0);
  await exceed(atLimit);
  for (const address of harmless) for (let at = 0; at < frontEnds; at += 1) await visits.visit(address, at);
  await noteBlocked(harmless);

  const denied = new Set<string>();
  const areDenied = async (): Promise<boolean> => {
    const listed = await blocked();
    for (const address of [...over, ...atLimit]) {
      if (listed.has(address) && (await visits.isDeniedByAll(address))) denied.add(address);
    }
    return denied.size === listed.size;
  };
  await until(areDenied, { longestMs, clock, signal });
  return { visitors, log: log(), limit, blockedWithin, denied, killed, mayLose };
};

const isSubset = (some: readonly string[], all: ReadonlySet<string>): boolean => some.every((each) => all.has(each));

/** The first accesses of all clients, in an order that the randomness decides. */
const shuffled = ({ visitors, limit, random }: DisturbedVisitsSetup): readonly string[] =>
  visitors
    .flatMap(({ address, group }) => Array.from({ length: firstOf(group, limit) }, () => address))
    .map((address) => ({ address, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ address }) => address);
