import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { linkBounds } from "../../../src/cluster/links/bounds.ts";
import { script } from "../../support/script.ts";
import type { Violation } from "../../support/invariants/index.ts";
import { disturb, outcomeOf, type FleetOutcome } from "../fleet/disturb.ts";
import type { FleetFaultKind } from "../fleet/fault-plan.ts";
import { Fleet } from "../fleet/fleet.ts";
import { checkTalk, lastCounts, type TalkLife } from "./talk-checks.ts";
import { readTalk } from "./talk-log.ts";

export interface LinksRunOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly nodes: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
}

export interface LinksRunResult extends FleetOutcome {
  readonly faults: Readonly<Record<string, number>>;
  /** From the last mended fault until every node that runs has open links to all others. */
  readonly convergedMs: number;
  /** Notes between nodes, and asks by how they ended. */
  readonly told: number;
  readonly notTaken: number;
  readonly handled: number;
  readonly asks: Readonly<Record<string, number>>;
  readonly watches: number;
  readonly terminated: number;
  readonly stops: Readonly<Record<string, number>>;
  /** Of the links, over all lives. */
  readonly resent: number;
  readonly duplicates: number;
  readonly connections: number;
  readonly undelivered: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly mostOutboxBytes: number;
  readonly violations: readonly Violation[];
}

const kinds: readonly FleetFaultKind[] = [
  ...(["kill", "freeze", "cut-one-way", "cut-both", "delay", "throttle", "reset", "refuse"] as const),
];
const faultEveryMs = 2_000;
const settleMs = 5_000;

/** Nodes in processes of their own whose actors talk to each other, while nodes are killed and frozen and the network between them fails. */
export const linksRun = async (options: LinksRunOptions): Promise<LinksRunResult> => {
  const { seconds, seed, nodes, leaseMs, say } = options;
  const fleet = await Fleet.start({ nodes, leaseMs, say, script: script("talk-node", import.meta.url) });
  try {
    const { faults, convergedMs } = await disturb(fleet, {
      seed,
      seconds,
      nodes,
      leaseMs,
      everyMs: faultEveryMs,
      kinds,
      say,
    });
    for (const life of fleet.living) life.send("quiet");
    await pause(settleMs);
    const leaveMs = systemClock.monotonicMs();
    await fleet.drain();
    const lives = livesOf(fleet, leaveMs);
    return {
      faults: Object.fromEntries(kinds.map((kind) => [kind, faults.counts[kind]])),
      ...outcomeOf(fleet),
      convergedMs,
      ...totalsOf([...lives.values()]),
      violations: checkTalk(lives, linkBounds),
    };
  } finally {
    await fleet.end();
  }
};

/** By name; a life that was killed before it took part has none, and has not said anything. */
const livesOf = (fleet: Fleet, leaveMs: number): ReadonlyMap<string, TalkLife> =>
  new Map(
    fleet.logs().flatMap(({ life: { exit }, text }): readonly (readonly [string, TalkLife])[] => {
      const events = readTalk(text);
      const named = events.find((event) => event.t === "life");
      if (named?.t !== "life") return [];
      const ended = exit?.code === exitCodes.complete ? "in order" : "otherwise";
      return [[named.life, { events, ended, exitMs: exit?.atMs ?? Infinity, leaveMs }]];
    }),
  );

type Totals = Omit<LinksRunResult, keyof FleetOutcome | "faults" | "convergedMs" | "violations">;

const totalsOf = (lives: readonly TalkLife[]): Totals => {
  const events = lives.flatMap((life) => life.events);
  const count = (t: (typeof events)[number]["t"]): number => events.filter((event) => event.t === t).length;
  const counts = lives.flatMap((life) => lastCounts(life.events) ?? []);
  const sum = (of: (one: (typeof counts)[number]) => number): number => counts.reduce((all, one) => all + of(one), 0);
  return {
    told: count("tell"),
    notTaken: count("not-taken"),
    handled: count("handled"),
    asks: tally(events.flatMap((event) => (event.t === "failed" ? event.code : event.t === "answered" ? event.t : []))),
    watches: count("watch"),
    terminated: count("terminated"),
    stops: tally(events.flatMap((event) => (event.t === "stop-asked" ? event.outcome : []))),
    resent: sum(({ links }) => links.resent),
    duplicates: sum(({ links }) => links.duplicates),
    connections: sum(({ links }) => links.connected),
    undelivered: sum(({ links }) => links.undelivered),
    refused: added(counts.map(({ links }) => links.refusedByUs)),
    deadLetters: added(counts.map(({ deadLetters }) => deadLetters)),
    mostOutboxBytes: Math.max(0, ...counts.map(({ mostAllBytes }) => mostAllBytes)),
  };
};

const tally = (names: readonly string[]): Readonly<Record<string, number>> =>
  added(names.map((name) => ({ [name]: 1 })));

/** Sums by name, without those that are 0. */
const added = (all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) if (count > 0) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
};
