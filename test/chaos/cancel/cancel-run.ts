import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { Fleet } from "../fleet/fleet.ts";
import { eventsOf } from "../scan/node-events.ts";
import { submit, uploadFolder } from "../scan/submitter.ts";

export interface CancelRunOptions {
  readonly scans: number;
  readonly nodes: number;
  readonly seed: number;
  readonly leaseMs: number;
  /** Whether all links between the nodes are cut while scans are cancelled. */
  readonly cut: boolean;
  readonly say: (line: string) => void;
}

export interface CancelRunResult {
  /** From the answer to the cancel until the last request of that scan reached the target; 0: none came after it. In order of size. */
  readonly lastRequestMs: readonly number[];
  /** How many nodes worked on the scan when it was cancelled: on how many scans it was so many. */
  readonly nodesAtWork: Readonly<Record<number, number>>;
  readonly requests: number;
}

const scanLeaseMs = 9_000;
const answerMs = 20;
const busyRequests = 60;
const busyMs = 30_000;
const templates = 120;
const requestsEach = 20;

/** Cancels scans that several nodes work on, and counts at their target how long requests go on. */
export const cancelRun = async (options: CancelRunOptions): Promise<CancelRunResult> => {
  const { scans, nodes, seed, leaseMs, cut, say } = options;
  const random = seededRandom(seed);
  const folder = tempDir("chaos-cancel");
  writePlainTemplates(folder.path, { templates, requests: requestsEach });
  const site = await startPlainSite((_, response) => void setTimeout(() => response.end("ok"), answerMs));
  let fleet: Fleet | undefined;
  try {
    fleet = await Fleet.start({
      nodes,
      leaseMs,
      say,
      script: script("../storm/storm-node", import.meta.url),
      settings: { crashEvery: 0 },
      config: () => ({ scan: { leaseMs: scanLeaseMs, probes: 2, subtaskRequests: requestsEach } }),
    });
    const bundle = await uploadFolder(fleet.client(0), folder.path);
    const lastRequestMs: number[] = [];
    const nodesAtWork: Record<number, number> = {};
    for (let number = 0; number < scans; number += 1) {
      const id = `cancel-${number}`;
      const before = site.seen.length;
      await submit(fleet.client(number % nodes), id, `${site.url}/${id}`, bundle);
      const seen = (): readonly { readonly atMs: number }[] =>
        site.seen.slice(before).filter(({ path }) => path.startsWith(`/${id}/`));
      await until(
        () => seen().length >= busyRequests,
        () => ({ id, seen: seen().length }),
        busyMs,
      );
      // Another node than the one that took it, at a moment of its own.
      await pause(random.below(200));
      if (cut) cutAll(fleet, nodes);
      const working = atWork(fleet, id);
      nodesAtWork[working] = (nodesAtWork[working] ?? 0) + 1;
      const client = fleet.client((number + 1) % nodes);
      if (!(await client.scans.cancel(id))) throw new Error(`${id} had ended before it was cancelled`);
      const answeredMs = performance.now();
      const stillMs = cut ? scanLeaseMs : 1_500;
      await until(
        () => performance.now() - Math.max(answeredMs, seen().at(-1)?.atMs ?? 0) > stillMs,
        () => ({ id, seen: seen().length }),
        4 * scanLeaseMs,
      );
      lastRequestMs.push(Math.max(0, Math.round((seen().at(-1)?.atMs ?? 0) - answeredMs)));
      fleet.net.heal();
      say(`${id}: last request ${lastRequestMs.at(-1) ?? 0} ms after the answer, ${working} nodes at work`);
    }
    return { lastRequestMs: lastRequestMs.toSorted((a, b) => a - b), nodesAtWork, requests: site.seen.length };
  } finally {
    await fleet?.end();
    await site.close();
    folder.remove();
  }
};

const cutAll = ({ net }: Fleet, nodes: number): void => {
  for (let from = 0; from < nodes; from += 1) {
    for (let to = 0; to < nodes; to += 1) if (from !== to) net.set(from, to, { cut: "lost" });
  }
};

/** Nodes that have begun a subtask of the scan and not ended it. */
const atWork = (fleet: Fleet, scan: string): number =>
  fleet.logs().filter(({ node, text }) => {
    const open = new Set<string>();
    for (const { verb, what } of eventsOf(text, node)) {
      if (verb === "started" && what.startsWith(scan)) open.add(what);
      else if (verb !== "started") open.delete(what);
    }
    return open.size > 0;
  }).length;

/** Of numbers in order of size. */
export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
