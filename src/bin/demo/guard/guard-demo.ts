import type { Clock } from "../../../base/clock.ts";
import { seededRandom, systemRandom } from "../../../base/random.ts";
import type { GarrisonClient } from "../../../client/index.ts";
import { Retrying } from "../../calls/retrying.ts";
import { textTable } from "../../output/text/text-table.ts";
import type { Victim } from "../demo-node.ts";
import { Disturbances, type Disturbance } from "../disturbances.ts";
import type { FrontEndProcess } from "../front-end-process.ts";
import type { GuardPlace } from "../guard-place.ts";
import type { GuardLedger } from "../ledger.ts";
import { disturbVisits } from "./disturbed-visits.ts";
import { answerFailedLogins } from "./failed-logins.ts";
import { NodeKill } from "./node-kill.ts";
import { settleVisits, type VisitorsLog } from "./settle-visits.ts";
import { blockSpreadOffender, type SpreadOffender } from "./spread-offender.ts";
import { visitorsOf, type Group } from "./visitor.ts";
import { Visits } from "./visits.ts";

export interface GuardDemoOptions {
  readonly place: GuardPlace;
  /** Of a node that is not killed. */
  readonly client: GarrisonClient;
  readonly victim: Victim;
  /** Decides the order of the accesses and which front end is killed. */
  readonly seed: number;
  /** Differs from run to run. */
  readonly run: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface GuardDemoRun {
  /** What became of the clients and of the failed logins, for people. */
  readonly table: string;
  readonly ledger: GuardLedger;
  /** What went wrong, beside what the ledger counts. */
  readonly faults: readonly string[];
}

const longestSilenceMs = 30_000;
const groups: Readonly<Record<Group, string>> = {
  over: "one access at each front end above the limit",
  limit: "at the limit, then one above it",
  harmless: "harmless",
};
const clientsOfShard = 2;

/**
 * Clients access two front ends that share a guard. First one of them exceeds the limit over both; then many do, others do not, and a front
 * end and a node are killed; in the end somebody tries out passwords, and playbook and scan answer.
 */
export const runGuardDemo = async (options: GuardDemoOptions): Promise<GuardDemoRun> => {
  const { place, client, seed, run, clock, signal, say } = options;
  const { rules, frontEnds } = place;
  const onSilence = ({ message }: Error): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random: systemRandom, longestSilenceMs, onSilence });
  // A front end that has the second rule has the first one, too.
  for (const rule of [rules.logins, rules.visits]) await retrying.call(() => client.guard.putRule(rule), signal);
  await Promise.all(frontEnds.map((frontEnd) => frontEnd.serving(signal)));
  const visits = new Visits(frontEnds, clock, signal);
  const limit = rules.visits.threshold;
  const offender = await blockSpreadOffender(visits, { frontEnds: frontEnds.length, limit, clock, signal });
  say(offenderLine(offender, limit));

  const random = seededRandom(seed);
  const index = random.below(frontEnds.length);
  const frontEnd = frontEndAt(frontEnds, index);
  const killed = { frontEnd: index, life: frontEnd.lives };
  const shards = (await retrying.call(() => client.guard.stats(), signal)).length;
  const visitors = Object.keys(groups).flatMap((group) => visitorsOf(group as Group, shards, clientsOfShard));
  const accesses = visitors.length * limit;
  const after = Math.floor(accesses / 2);
  const nodeKill = new NodeKill({ victim: options.victim, after, client, retrying, clock, signal });
  const planned = [killOf(frontEnd, Math.floor(accesses / 4), signal), nodeKill];
  const disturbances = new Disturbances({ planned, unit: "accesses", clock, say });
  const blocked = async (): Promise<ReadonlySet<string>> => {
    const asked = { rule: rules.visits.number, state: "active", pageSize: 500 } as const;
    const { indications } = await retrying.call(() => client.guard.indications(asked), signal);
    return new Set(indications.map(({ subject }) => subject).filter((subject) => subject !== offender.address));
  };
  const common = { frontEnds: frontEnds.length, limit, mayLose: place.mayLose, random, clock, signal };
  const known = await disturbVisits({ visits, visitors, blocked, disturbances, killed, ...common });
  const logins = await answerFailedLogins({ place, client, retrying, account: `mallory-${run}`, clock, signal, say });
  // A store that stays has no use for them.
  for (const { number } of [rules.logins, rules.visits]) {
    await retrying.call(() => client.guard.deleteRule(number), signal);
  }

  const missed = disturbances.missed.map(({ what }) => `the accesses ended too early: not done: ${what}`);
  const early = offender.falselyBlocked ? [`${offender.address} was denied within the limit`] : [];
  const restarts = planned.length - missed.length;
  return {
    table: `${visitorsTable(known)}${logins.table}`,
    ledger: settleVisits(known, { restarts, takeoverMs: nodeKill.takeoverMs }),
    faults: [...missed, ...early, ...logins.faults],
  };
};

const frontEndAt = (frontEnds: readonly FrontEndProcess[], index: number): FrontEndProcess => {
  const frontEnd = frontEnds[index];
  if (frontEnd === undefined) throw new RangeError(`there is no front end ${index}`);
  return frontEnd;
};

const killOf = (frontEnd: FrontEndProcess, after: number, signal: AbortSignal): Disturbance => ({
  what: `${frontEnd.name} is killed`,
  after,
  strike: () => frontEnd.kill(),
  mend: async () => {
    await frontEnd.start();
    await frontEnd.serving(signal);
  },
});

const offenderLine = ({ address, perFrontEnd, deniedAfterMs, leaked }: SpreadOffender, limit: number): string => {
  const after = deniedAfterMs.map((ms) => Math.round(ms)).join(" and ");
  return `${address} exceeded ${limit} accesses by ${perFrontEnd.join(" + ")} at two front ends; these denied it after ${after} ms, and ${leaked} accesses leaked`;
};

const visitorsTable = ({ visitors, log, denied, blockedWithin }: VisitorsLog): string => {
  const rows = Object.entries(groups).map(([group, name]) => {
    const addresses = new Set(visitors.filter((each) => each.group === group).map(({ address }) => address));
    const ofGroup = log.filter(({ from }) => addresses.has(from));
    const count = (outcome: string): number => ofGroup.filter((access) => access.outcome === outcome).length;
    const among = (set: ReadonlySet<string>): number => [...addresses].filter((address) => set.has(address)).length;
    return [
      name,
      addresses.size,
      count("served"),
      count("denied"),
      count("unanswered"),
      among(denied),
      among(blockedWithin),
    ];
  });
  const head = ["clients", "number", "served", "denied", "unanswered", "blocked at both", "blocked falsely"];
  return textTable(head, rows);
};
