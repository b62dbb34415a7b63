import type { Clock } from "../../base/clock.ts";
import { systemRandom } from "../../base/random.ts";
import type { GarrisonClient, Scan } from "../../client/index.ts";
import type { Finding, PackedBundle, Template } from "../../engines/scan/index.ts";
import { Retrying } from "../calls/retrying.ts";
import type { Victim } from "./demo-node.ts";
import type { DemoStore } from "./demo-store.ts";
import { Disturbances, type Disturbance } from "./disturbances.ts";
import { followScans } from "./follow-scans.ts";
import { settle, type Ledger } from "./ledger.ts";
import { plannedBy, sendersOf } from "./planned.ts";
import type { SiteProcess } from "./site-process.ts";
import { takeoverMs } from "./takeover.ts";

export interface ScanDemoOptions {
  readonly site: SiteProcess;
  /** Of a node that is not killed. */
  readonly client: GarrisonClient;
  /** Is killed at a third of the requests, and started again; `undefined`: nobody is, and no store. */
  readonly victim: Victim | undefined;
  readonly store: DemoStore;
  readonly templates: readonly Template[];
  readonly bundle: PackedBundle;
  /** Differs from run to run. */
  readonly run: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface ScanDemoRun {
  readonly findings: readonly Finding[];
  readonly ledger: Ledger;
  /** What went wrong, beside what the ledger counts. */
  readonly faults: readonly string[];
}

const bases = ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"];
/** How long a store that was killed is away. */
const storeAwayMs = 1_000;
/** The store may be away, and a node that restarts may be the one that is called. */
const longestSilenceMs = 30_000;

/** One scan of each part of a practice website. */
export const runScanDemo = async (options: ScanDemoOptions): Promise<ScanDemoRun> => {
  const { site, client, victim, store, templates, bundle, run, clock, signal, say } = options;
  const targets = bases.map((base) => `${site.url}${base}`);
  let planned = 0;
  for (const target of targets) {
    for (const template of sendersOf(templates)) planned += (await plannedBy(template, target)).length;
  }
  const onSilence = ({ message }: Error): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random: systemRandom, longestSilenceMs, onSilence });
  await client.scans.uploadBundle(bundle.hash, bundle.bytes);
  const ids = targets.map((_, index) => `${run}-${index}`);
  for (const [index, target] of targets.entries()) {
    const spec = { target, bundle: bundle.hash, options: { headers: [], variables: {}, excludeHosts: [] } };
    await client.scans.submit({ id: ids[index] ?? "", spec });
  }
  const kill = victim && killOf(victim, Math.floor(planned / 3));
  const disturbances = new Disturbances({
    planned: kill === undefined ? [] : [...storeKills(store, clock, kill.after), kill],
    unit: "requests",
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

/** One node is killed, and started again. */
const killOf = ({ name, node }: Victim, after: number): Disturbance => ({
  what: `${name} is killed`,
  after,
  strike: () => node.kill(),
  mend: async () => {
    await node.start();
  },
});

/** On the way to that, the store is killed: a node that starts needs it, and may take long to do so. */
const storeKills = ({ restarts }: DemoStore, clock: Clock, untilRequests: number): readonly Disturbance[] => {
  if (restarts === undefined) return [];
  const { server, times } = restarts;
  return Array.from({ length: times }, (_, index) => ({
    what: "redis-server is killed",
    after: Math.floor((untilRequests * (index + 1)) / (times + 1)),
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
