import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { settle, type Ledger } from "../../../src/bin/demo/ledger.ts";
import { startSite, type SiteProcess } from "../../../src/bin/demo/site-process.ts";
import type { GarrisonClient, Scan } from "../../../src/client/index.ts";
import { loadTemplates, type Finding } from "../../../src/engines/scan/index.ts";
import { inRepository } from "../../support/built.ts";
import { script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { disturb, outcomeOf, type FleetOutcome } from "../fleet/disturb.ts";
import type { FleetFaults } from "../fleet/fault-injector.ts";
import { fleetFaultKinds } from "../fleet/fault-plan.ts";
import { Fleet } from "../fleet/fleet.ts";
import { acceptedTwice, eventsOf, longestTakeoverMs, type NodeEvent } from "../scan/node-events.ts";
import { essenceOf, findingsOf, hasEnded, uploadFolder } from "../scan/submitter.ts";
import { StormLoad } from "./storm-load.ts";

export interface StormRunOptions {
  readonly seconds: number;
  /** How long nobody disturbs the nodes, for comparison. */
  readonly calmSeconds: number;
  readonly seed: number;
  readonly nodes: number;
  readonly leaseMs: number;
  readonly faultEveryMs: number;
  readonly say: (line: string) => void;
}

export interface StormRunResult extends FleetOutcome {
  readonly faults: Readonly<Record<string, number>>;
  readonly convergedMs: number;
  /** From the last mended fault until every node was back. */
  readonly wholeMs: number;
  readonly scans: number;
  readonly subtasks: number;
  readonly cancelled: number;
  /** Scans that did not end as they should. */
  readonly wrong: readonly string[];
  readonly deadLetters: number;
  readonly probesRestarted: number;
  /** Ends of subtasks that the store refused: somebody else had them by then. */
  readonly refused: number;
  readonly takeovers: number;
  readonly calmPerSecond: number;
  readonly disturbedPerSecond: number;
  readonly ledger: Ledger;
}

const bases = ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"];
const cancelOneIn = 25;
const crashEvery = 3;
const endMs = 180_000;

/**
 * Scans the practice website over and over on nodes that are killed, frozen and cut off from each other and from their store, and of which
 * probes are killed. The submitter's list of scans, the site's log and the nodes' own logs say what became of it.
 */
export const stormRun = async (options: StormRunOptions): Promise<StormRunResult> => {
  const { seconds, calmSeconds, seed, nodes, leaseMs, faultEveryMs, say } = options;
  const folder = tempDir("storm-site");
  const site = await startSite(`${folder.path}/access.log`, 20, systemClock);
  let fleet: Fleet | undefined;
  try {
    fleet = await Fleet.start({
      nodes,
      leaseMs,
      say,
      script: script("storm-node", import.meta.url),
      settings: { crashEvery },
      scan: { leaseMs: 2_000, maxTasksInProcess: 6, subtaskRequests: 10 },
    });
    const client = fleet.anywhere;
    const bundle = await uploadFolder(client, inRepository("templates"));
    const load = new StormLoad({
      client,
      bundle,
      targets: bases.map((base) => `${site.url}${base}`),
      random: seededRandom(seed),
      cancelOneIn,
      prefix: "scan",
    });
    const working = load.run();
    // Whoever waits for it below hears of it.
    working.catch(() => undefined);
    const fromMs = systemClock.monotonicMs();
    await pause(calmSeconds * 1_000);
    const stormMs = systemClock.monotonicMs();
    say("the storm begins");
    const { faults, healedMs, convergedMs, wholeMs } = await disturb(fleet, {
      ...{ seed, seconds, nodes, leaseMs, say },
      everyMs: faultEveryMs,
      kinds: fleetFaultKinds,
    });
    load.stop();
    await working;
    const scans = await ended(load);
    const events = fleet.logs().flatMap(({ node, text }) => eventsOf(text, node));
    const judged = await judge(client, load, scans, events, site, faults);
    await fleet.drain();
    return {
      faults: { ...faults.counts, probe: events.filter(({ verb }) => verb === "restarted").length },
      ...outcomeOf(fleet),
      convergedMs,
      wholeMs,
      ...judged,
      calmPerSecond: finishedPerSecond(events, fromMs, stormMs),
      disturbedPerSecond: finishedPerSecond(events, stormMs, healedMs),
    };
  } finally {
    await fleet?.end();
    await site.stop();
    folder.remove();
  }
};

const ended = async (load: StormLoad): Promise<readonly Scan[]> => {
  const end = systemClock.monotonicMs() + endMs;
  for (;;) {
    const scans = await load.scans();
    const open = scans.filter((scan) => !hasEnded(scan));
    if (open.length === 0) return scans;
    if (systemClock.monotonicMs() > end) throw new Error(`not ended within ${endMs} ms: ${JSON.stringify(open)}`);
    await pause(500);
  }
};

type Judged = Pick<
  StormRunResult,
  "scans" | "subtasks" | "cancelled" | "wrong" | "deadLetters" | "probesRestarted" | "refused" | "takeovers" | "ledger"
>;

const judge = async (
  client: GarrisonClient,
  load: StormLoad,
  scans: readonly Scan[],
  events: readonly NodeEvent[],
  site: SiteProcess,
  faults: FleetFaults,
): Promise<Judged> => {
  const byId = new Map(scans.map((scan) => [scan.id, scan]));
  const wrong: string[] = [];
  const findings = new Map<string, readonly Finding[]>();
  for (const [id, target] of load.submitted) {
    const scan = byId.get(id);
    const state = scan?.state ?? "missing";
    if (load.cancelled.has(id)) {
      if (state !== "cancelled" && state !== "done") wrong.push(`${id}: ${state} after it was cancelled`);
      continue;
    }
    const complete = scan?.summary?.complete === true && scan.subtasks.done === scan.subtasks.planned;
    if (state !== "done" || !complete) {
      wrong.push(`${id}: ${state} ${JSON.stringify(scan?.subtasks)} ${JSON.stringify(scan?.summary)}`);
      continue;
    }
    const found = await findingsOf(client, id);
    const first = findings.get(target) ?? found;
    findings.set(target, first);
    // Whatever happened to it: the same website has the same findings.
    if (essences(found) !== essences(first)) wrong.push(`${id}: ${found.length} findings, others have ${first.length}`);
  }
  const whole = [...load.submitted].filter(([id]) => !load.cancelled.has(id) && byId.get(id)?.state === "done");
  const fewest = Math.min(...whole.map(([id]) => byId.get(id)?.subtasks.planned ?? Infinity));
  const settled = await settle(
    whole.map(([, target]) => target),
    (await loadTemplates([inRepository("templates")])).flatMap(({ template }) => template ?? []),
    await site.seen(),
    [...findings.values()].flat(),
    {
      reported: whole.map(([id]) => byId.get(id)?.summary?.requests.planned ?? 0),
      split: whole.map(([id]) => (byId.get(id)?.subtasks.planned ?? 0) > fewest),
      restarts: faults.kills.length,
      takeoverMs: longestTakeoverMs(events, faults.kills),
    },
  );
  return {
    scans: scans.length,
    subtasks: scans.reduce((sum, { subtasks }) => sum + subtasks.planned, 0),
    cancelled: load.cancelled.size,
    wrong,
    deadLetters: scans.reduce((sum, { subtasks }) => sum + subtasks.dead, 0),
    probesRestarted: events.filter(({ verb }) => verb === "restarted").length,
    refused: events.filter(({ verb }) => verb === "refused").length,
    takeovers: takeoversOf(events),
    ledger: { ...settled, doneTwice: settled.doneTwice + acceptedTwice(events).length },
  };
};

const essences = (findings: readonly Finding[]): string => findings.map(essenceOf).toSorted().join("\n");

/** Subtasks that were begun on more than one node. */
const takeoversOf = (events: readonly NodeEvent[]): number => {
  const nodes = new Map<string, Set<number>>();
  for (const { verb, what, node } of events) {
    if (verb === "started") nodes.set(what, (nodes.get(what) ?? new Set()).add(node));
  }
  return [...nodes.values()].filter(({ size }) => size > 1).length;
};

const finishedPerSecond = (events: readonly NodeEvent[], fromMs: number, toMs: number): number => {
  const finished = events.filter(({ verb, atMs }) => verb === "finished" && atMs >= fromMs && atMs < toMs);
  return Math.round((finished.length / (toMs - fromMs)) * 10_000) / 10;
};
