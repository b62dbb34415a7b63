import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { settle, type Ledger } from "../../../src/bin/demo/ledger.ts";
import type { SiteProcess } from "../../../src/bin/demo/site-process.ts";
import type { GarrisonClient, Scan } from "../../../src/client/index.ts";
import { loadTemplates, type Finding } from "../../../src/engines/scan/index.ts";
import { inRepository } from "../../support/built.ts";
import type { Blow } from "../fleet/fault-injector.ts";
import { acceptedTwice, longestTakeoverMs, type NodeEvent } from "../scan/node-events.ts";
import { essenceOf, findingsOf, hasEnded } from "../scan/submitter.ts";
import type { StormLoad } from "./storm-load.ts";

/** What came of the scans of a load, by its list, the site's log and the nodes' own logs. */
export interface JudgedScans {
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
  readonly ledger: Ledger;
}

const endMs = 180_000;

/** All scans of a load, once each has ended. */
export const endedScans = async (load: StormLoad): Promise<readonly Scan[]> => {
  const end = systemClock.monotonicMs() + endMs;
  for (;;) {
    const scans = await load.scans();
    const open = scans.filter((scan) => !hasEnded(scan));
    if (open.length === 0) return scans;
    if (systemClock.monotonicMs() > end) throw new Error(`not ended within ${endMs} ms: ${JSON.stringify(open)}`);
    await pause(500);
  }
};

/** @param kills of nodes */
export const judgeScans = async (
  client: GarrisonClient,
  load: StormLoad,
  scans: readonly Scan[],
  events: readonly NodeEvent[],
  site: SiteProcess,
  kills: readonly Blow[],
): Promise<JudgedScans> => {
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
      restarts: kills.length,
      takeoverMs: longestTakeoverMs(events, kills),
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
