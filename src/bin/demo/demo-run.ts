import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { seededRandom, systemRandom } from "../../base/random.ts";
import type { GarrisonClient, Scan } from "../../client/index.ts";
import type { Finding, PackedBundle, Template } from "../../engines/scan/index.ts";
import { Retrying } from "../calls/retrying.ts";
import { DemoCluster } from "./demo-cluster.ts";
import type { DemoStore } from "./demo-store.ts";
import { Disturbances, type Disturbance } from "./disturbances.ts";
import { followScans } from "./follow-scans.ts";
import { settle, type Ledger } from "./ledger.ts";
import { plannedBy, sendersOf } from "./planned.ts";
import { runRespondDemo, type RespondDemoRun } from "./respond/respond-demo.ts";
import { startSite, type SiteProcess } from "./site-process.ts";
import { takeoverMs } from "./takeover.ts";

export interface DemoOptions {
  readonly name: string;
  readonly templates: readonly Template[];
  readonly bundle: PackedBundle;
  /** For logs and the token. */
  readonly folder: string;
  readonly store: DemoStore;
  /** Chooses the node that is killed; `undefined`: nobody is killed, and no store. */
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
  /** `undefined`: nobody disturbed it. */
  readonly response: RespondDemoRun | undefined;
}

const bases = ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"];
const nodes = 3;
const siteDelayMs = 40;
/** How long a store that was killed is away. */
const storeAwayMs = 1_000;
/** The store may be away, and a node that restarts may be the one that is called. */
const longestSilenceMs = 30_000;

/**
 * One scan of each part of a fresh practice website by a fresh cluster. A cluster that is disturbed answers a flood of events then, and is
 * disturbed again.
 */
export const runDemo = async (options: DemoOptions): Promise<DemoRun> => {
  const { name, folder, store, seed, clock } = options;
  const site = await startSite(join(folder, `access-${name}.log`), siteDelayMs, clock);
  const responds = seed !== undefined;
  const cluster = new DemoCluster({ nodes, folder, store: store.environment, responds, clock });
  try {
    const addresses = await cluster.start();
    const victim = seed === undefined ? undefined : seededRandom(seed).below(nodes);
    // Whoever is killed, another node answers.
    const client = await cluster.client(addresses[((victim ?? 0) + 1) % nodes] ?? "");
    const scan = await scanned(options, { site, cluster, victim, client });
    return { ...scan, response: await responded(options, { cluster, victim, client }) };
  } finally {
    await cluster.stop();
    await site.stop();
  }
};

interface Parts {
  readonly site: SiteProcess;
  readonly cluster: DemoCluster;
  /** Index of the node that is killed. */
  readonly victim: number | undefined;
  readonly client: GarrisonClient;
}

const responded = async (
  { seed, clock, signal, say }: DemoOptions,
  { cluster, victim = 0, client }: Omit<Parts, "site">,
): Promise<RespondDemoRun | undefined> => {
  const node = cluster.nodes[victim];
  if (seed === undefined || node === undefined) return undefined;
  say(
    "the same nodes answer 500 events with seven playbooks, of which one is CACAO, one crashes, one hangs and one leaks",
  );
  return runRespondDemo({ client, victim: { name: `node-${victim + 1}`, node }, seed, clock, signal, say });
};

const scanned = async (options: DemoOptions, parts: Parts): Promise<Omit<DemoRun, "response">> => {
  const { templates, bundle, clock, signal, say } = options;
  const { site, client } = parts;
  const targets = bases.map((base) => `${site.url}${base}`);
  let planned = 0;
  for (const target of targets) {
    for (const template of sendersOf(templates)) planned += (await plannedBy(template, target)).length;
  }
  const onSilence = ({ message }: Error): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random: systemRandom, longestSilenceMs, onSilence });
  await client.scans.uploadBundle(bundle.hash, bundle.bytes);
  const prefix = `demo-${Math.round(clock.wallMs())}`;
  const ids = targets.map((_, index) => `${prefix}-${index}`);
  for (const [index, target] of targets.entries()) {
    const spec = { target, bundle: bundle.hash, options: { headers: [], variables: {}, excludeHosts: [] } };
    await client.scans.submit({ id: ids[index] ?? "", spec });
  }
  const kill = killOf(parts, planned);
  const disturbances = new Disturbances({
    planned: kill === undefined ? [] : [...storeKills(options, kill.afterRequests), kill],
    clock,
    say,
  });
  const quiet = kill === undefined;
  const scans = await followScans(ids, planned, { site, client, retrying, disturbances, clock, signal, quiet });
  const pages = await Promise.all(ids.map((id) => retrying.call(() => findingsOf(client, id), signal)));
  const findings = pages.flat();
  const seen = await site.seen();
  const killedAtMs = kill === undefined ? undefined : disturbances.struckAtMs(kill);
  // Every scan is of the same templates: one with more parts than another has had some of them split.
  const fewest = Math.min(...scans.map(({ subtasks }) => subtasks.planned));
  const ledger = await settle(targets, templates, seen, findings, {
    reported: scans.map(({ summary }) => summary?.requests.planned ?? 0),
    split: scans.map(({ subtasks }) => subtasks.planned > fewest),
    restarts: killedAtMs === undefined ? 0 : 1,
    takeoverMs: killedAtMs === undefined ? 0 : await takeoverMs(targets, templates, seen, killedAtMs),
  });
  const missed = disturbances.missed.map(({ what }) => `the scans ended too early: not done: ${what}`);
  const nothing = findings.length === 0 ? ["the practice website has weaknesses, and none was found"] : [];
  return { findings, ledger, faults: [...faultsOf(scans), ...missed, ...nothing] };
};

/** A third of the way, one node is killed. */
const killOf = ({ cluster, victim }: Parts, planned: number): Disturbance | undefined => {
  const node = victim === undefined ? undefined : cluster.nodes[victim];
  if (victim === undefined || node === undefined) return undefined;
  return {
    what: `node-${victim + 1} is killed`,
    afterRequests: Math.floor(planned / 3),
    strike: () => node.kill(),
    mend: async () => {
      await node.start();
    },
  };
};

/** On the way to that, the store is killed: a node that starts needs it, and may take long to do so. */
const storeKills = ({ store, clock }: DemoOptions, untilRequests: number): readonly Disturbance[] => {
  const { restarts } = store;
  if (restarts === undefined) return [];
  const { server, times } = restarts;
  return Array.from({ length: times }, (_, index) => ({
    what: "redis-server is killed",
    afterRequests: Math.floor((untilRequests * (index + 1)) / (times + 1)),
    strike: () => server.kill(),
    mend: async () => {
      await new Promise<void>((resolve) => clock.after(storeAwayMs, resolve));
      await server.startAgain();
    },
  }));
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

const faultsOf = (scans: readonly Scan[]): readonly string[] =>
  scans
    .filter(({ summary }) => summary?.complete !== true)
    .map(({ id, state, lastError }) => `scan ${id} is ${state} and not complete: ${lastError ?? "no error known"}`);
