import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { seededRandom } from "../../base/random.ts";
import type { GarrisonClient, Scan } from "../../client/index.ts";
import type { Finding, PackedBundle, Template } from "../../engines/scan/index.ts";
import { createProgress } from "../output/progress.ts";
import { DemoCluster } from "./demo-cluster.ts";
import type { DemoNode } from "./demo-node.ts";
import { settle, type Ledger } from "./ledger.ts";
import { plannedBy, sendersOf } from "./planned.ts";
import { startSite, type SiteProcess } from "./site-process.ts";
import { takeoverMs } from "./takeover.ts";

export interface DemoOptions {
  readonly templates: readonly Template[];
  readonly bundle: PackedBundle;
  /** For logs and the token. */
  readonly folder: string;
  readonly storeUrl: string;
  /** Chooses the node that is killed; `undefined`: nobody is killed. */
  readonly seed: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface DemoRun {
  readonly findings: readonly Finding[];
  readonly ledger: Ledger;
  /** What went wrong, beside what the ledger counts. */
  readonly faults: readonly string[];
}

const bases = ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"];
const nodes = 3;
const siteDelayMs = 40;
const lookEveryMs = 100;
const longestMs = 120_000;
const ended: ReadonlySet<string> = new Set(["done", "failed", "cancelled", "dead"]);

/** A node that is killed in the middle of the run and started again. */
interface Kill {
  readonly victim: DemoNode;
  readonly name: string;
  /** Once the site has seen so many requests. */
  readonly afterRequests: number;
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

/** One scan of each part of a fresh practice website by a fresh cluster. */
export const runDemo = async (options: DemoOptions): Promise<DemoRun> => {
  const { folder, storeUrl, seed, clock } = options;
  const name = seed === undefined ? "calm" : "rough";
  const site = await startSite(join(folder, `access-${name}.log`), siteDelayMs, clock);
  const cluster = new DemoCluster({ nodes, folder, storeUrl, clock });
  try {
    const addresses = await cluster.start();
    const victim = seed === undefined ? 0 : seededRandom(seed).below(nodes);
    // Whoever is killed, another node answers.
    const client = await cluster.client(addresses[(victim + 1) % nodes] ?? "");
    return await scanned(options, site, cluster, victim, client);
  } finally {
    await cluster.stop();
    await site.stop();
  }
};

const scanned = async (
  options: DemoOptions,
  site: SiteProcess,
  cluster: DemoCluster,
  victim: number,
  client: GarrisonClient,
): Promise<DemoRun> => {
  const { templates, bundle, seed, clock } = options;
  const targets = bases.map((base) => `${site.url}${base}`);
  let planned = 0;
  for (const target of targets) {
    for (const template of sendersOf(templates)) planned += (await plannedBy(template, target)).length;
  }
  await client.scans.uploadBundle(bundle.hash, bundle.bytes);
  const prefix = `demo-${Math.round(clock.wallMs())}`;
  const ids = targets.map((_, index) => `${prefix}-${index}`);
  for (const [index, target] of targets.entries()) {
    const spec = { target, bundle: bundle.hash, options: { headers: [], variables: {}, excludeHosts: [] } };
    await client.scans.submit({ id: ids[index] ?? "", spec });
  }
  const node = cluster.nodes[victim];
  const kill =
    seed === undefined || node === undefined
      ? undefined
      : { victim: node, name: `node-${victim + 1}`, afterRequests: Math.floor(planned / 3) };
  const killedAtMs = await watch(options, site, client, ids, planned, kill);
  const scans = await Promise.all(ids.map((id) => client.scans.get(id)));
  const findings = (await Promise.all(ids.map((id) => findingsOf(client, id)))).flat();
  const seen = await site.seen();
  const ledger = await settle(targets, templates, seen, findings, {
    reported: scans.map(({ summary }) => summary?.requests.planned ?? 0),
    restarts: killedAtMs === undefined ? 0 : 1,
    takeoverMs: killedAtMs === undefined ? 0 : await takeoverMs(targets, templates, seen, killedAtMs),
  });
  const nothing = findings.length === 0 ? ["the practice website has weaknesses, and none was found"] : [];
  return { findings, ledger, faults: [...faultsOf(scans, kill, killedAtMs), ...nothing] };
};

/** Waits until every scan has ended. Kills and restarts the victim on the way; returns when it was killed. */
const watch = async (
  { clock, signal, say, seed }: DemoOptions,
  site: SiteProcess,
  client: GarrisonClient,
  ids: readonly string[],
  planned: number,
  kill: Kill | undefined,
): Promise<number | undefined> => {
  const progress = createProgress(clock, seed === undefined);
  const untilMs = clock.monotonicMs() + longestMs;
  let killedAtMs: number | undefined;
  let restarting: Promise<unknown> = Promise.resolve();
  try {
    for (;;) {
      signal.throwIfAborted();
      const scans = await Promise.all(ids.map((id) => client.scans.get(id)));
      const done = scans.reduce((sum, { endedRequests }) => sum + endedRequests, 0);
      progress.update(done, planned, "requests");
      if (scans.every(({ state }) => ended.has(state))) break;
      if (kill !== undefined && killedAtMs === undefined && (await site.seen()).length >= kill.afterRequests) {
        killedAtMs = clock.monotonicMs();
        await kill.victim.kill();
        say(`${kill.name} is killed after ${kill.afterRequests} of ${planned} requests, and started again`);
        restarting = kill.victim.start();
        restarting.catch(() => undefined);
      }
      if (clock.monotonicMs() > untilMs) throw new Error(`the scans did not end within ${longestMs} ms`);
      await pause(clock, lookEveryMs);
    }
    await restarting;
    return killedAtMs;
  } finally {
    progress.stop();
  }
};

const findingsOf = async (client: GarrisonClient, id: string): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  let pageToken = "";
  do {
    const page = await client.scans.findings(id, pageToken === "" ? {} : { pageToken });
    // The node that stored them is of this version.
    findings.push(...page.findings.map((line) => JSON.parse(line) as Finding));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return findings;
};

const faultsOf = (
  scans: readonly Scan[],
  kill: Kill | undefined,
  killedAtMs: number | undefined,
): readonly string[] => [
  ...scans
    .filter(({ summary }) => summary?.complete !== true)
    .map(({ id, state, lastError }) => `scan ${id} is ${state} and not complete: ${lastError ?? "no error known"}`),
  ...(kill !== undefined && killedAtMs === undefined ? ["the scans ended before a node could be killed"] : []),
];
