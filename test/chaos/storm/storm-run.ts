import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { startSite } from "../../../src/bin/demo/site-process.ts";
import { inRepository } from "../../support/built.ts";
import { script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { disturb, outcomeOf, type FleetOutcome } from "../fleet/disturb.ts";
import { fleetFaultKinds } from "../fleet/fault-plan.ts";
import { Fleet } from "../fleet/fleet.ts";
import { eventsOf, finishedPerSecond } from "../scan/node-events.ts";
import { uploadFolder } from "../scan/submitter.ts";
import { endedScans, judgeScans, type JudgedScans } from "./judge-scans.ts";
import { practiceTargets, StormLoad } from "./storm-load.ts";

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

export interface StormRunResult extends FleetOutcome, JudgedScans {
  readonly faults: Readonly<Record<string, number>>;
  readonly convergedMs: number;
  /** From the last mended fault until every node was back. */
  readonly wholeMs: number;
  readonly calmPerSecond: number;
  readonly disturbedPerSecond: number;
}

const cancelOneIn = 25;
const scansWaiting = 10;
const crashEvery = 3;

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
      config: () => ({ scan: { leaseMs: 2_000, maxTasksInProcess: 6, subtaskRequests: 10 } }),
    });
    const client = fleet.anywhere;
    const bundle = await uploadFolder(client, inRepository("templates"));
    const load = new StormLoad({
      client,
      bundle,
      targets: practiceTargets(site.url),
      random: seededRandom(seed),
      cancelOneIn,
      waiting: scansWaiting,
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
    const scans = await endedScans(load);
    const events = fleet.logs().flatMap(({ node, text }) => eventsOf(text, node));
    const judged = await judgeScans(client, load, scans, events, site, faults.kills);
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
