import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { settle, type Ledger } from "../../../src/bin/demo/ledger.ts";
import { startSite } from "../../../src/bin/demo/site-process.ts";
import { type Finding, loadTemplates } from "../../../src/engines/scan/index.ts";
import { inRepository } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { startChaosStore, type StoreKind } from "../cluster/chaos-store.ts";
import { ChaosCluster } from "./cluster.ts";
import { acceptedTwice, longestTakeoverMs } from "./node-events.ts";
import { allScans, essenceOf, findingsOf, hasEnded, submit, untilAllEnded, uploadFolder } from "./submitter.ts";

export interface KillRunOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly killEveryMs: number;
  readonly store: StoreKind;
  /** How often the server of the store is killed and restarted; `undefined`: never. */
  readonly restartStoreEveryMs: number | undefined;
}

export interface KillRunResult {
  readonly scans: number;
  readonly subtasks: number;
  /** Scans that are not there, or did not end as complete. */
  readonly incomplete: readonly string[];
  readonly deadLetters: number;
  /** Scans whose findings differ from those of the undisturbed scan of the same address. */
  readonly different: readonly string[];
  readonly nodesKilled: number;
  readonly storesKilled: number;
  readonly probesKilled: number;
  readonly refused: number;
  /** In requests: counted from the submitter's list, the site's log and the nodes' own logs. */
  readonly ledger: Ledger;
}

const bases = ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"];
const endMs = 120_000;
const scansWaiting = 12;
/** Longer than calls wait at once, shorter than leases. */
const storeAwayMs = 1_000;

interface Undisturbed {
  readonly findings: readonly Finding[];
  readonly essences: readonly string[];
}

/** The findings of each address, scanned by a node that nobody disturbs. */
const undisturbed = async (url: string, templates: string): Promise<ReadonlyMap<string, Undisturbed>> => {
  const cluster = new ChaosCluster({ nodes: 1, scan: { extractIntervalMs: 10 } });
  try {
    const client = await cluster.client();
    const bundle = await uploadFolder(client, templates);
    for (const [index] of bases.entries()) await submit(client, `calm-${index}`, `${url}${bases[index] ?? ""}`, bundle);
    await untilAllEnded(client, endMs);
    const found = new Map<string, Undisturbed>();
    for (const [index, base] of bases.entries()) {
      const findings = await findingsOf(client, `calm-${index}`);
      found.set(base, { findings, essences: findings.map(essenceOf).toSorted() });
    }
    return found;
  } finally {
    await cluster.end(true);
  }
};

/**
 * Scans the practice website over and over on three nodes, of which a random one is killed and restarted again and again while probes
 * are killed at every third subtask. The submitter's list of scans and the nodes' own logs say what became of it.
 */
export const killUnderLoad = async (options: KillRunOptions): Promise<KillRunResult> => {
  const { seconds, seed, killEveryMs, restartStoreEveryMs = Infinity } = options;
  const random = seededRandom(seed);
  const folder = tempDir("chaos-site");
  const site = await startSite(`${folder.path}/access.log`, 20, systemClock);
  const templates = inRepository("templates");
  const store = await startChaosStore(options.store);
  try {
    const expected = await undisturbed(site.url, templates);
    // What the undisturbed scans have asked for must not stand in for what this run loses.
    const seenBefore = (await site.seen()).length;
    const cluster = new ChaosCluster({
      nodes: 3,
      scan: { leaseMs: 2_000, maxTasksInProcess: 6, subtaskRequests: 10 },
      crashEveryThird: true,
      storeUrl: store.url,
    });
    try {
      let client = await cluster.client(0);
      await Promise.all(cluster.nodes.map((node) => node.address()));
      const bundle = await uploadFolder(client, templates);
      const submitted = new Map<string, string>();
      const kills: { readonly node: number; readonly atMs: number }[] = [];
      const endAt = performance.now() + seconds * 1_000;
      let killAt = performance.now() + killEveryMs;
      let restartAt = performance.now() + restartStoreEveryMs;
      let storesKilled = 0;
      while (performance.now() < endAt) {
        const open = (await allScans(client)).filter((scan) => !hasEnded(scan)).length;
        for (let more = open; more < scansWaiting; more += 1) {
          const base = bases[submitted.size % bases.length] ?? "/";
          const id = `scan-${submitted.size}`;
          submitted.set(id, base);
          await submit(client, id, `${site.url}${base}`, bundle);
        }
        if (performance.now() >= killAt) {
          const victim = random.below(cluster.nodes.length);
          await cluster.nodes[victim]?.kill();
          kills.push({ node: victim, atMs: systemClock.monotonicMs() });
          cluster.nodes[victim]?.restart();
          killAt += killEveryMs;
          // Whoever was killed, another one answers.
          client = await cluster.client((victim + 1) % cluster.nodes.length);
        }
        if (performance.now() >= restartAt) {
          // A node that starts needs the store; those that run have to bear that it is away.
          await Promise.all(cluster.nodes.map((node) => node.address()));
          await store.server?.kill();
          await pause(storeAwayMs);
          await store.server?.restart();
          storesKilled += 1;
          restartAt += restartStoreEveryMs;
        }
        await pause(100);
      }
      const scans = await untilAllEnded(client, endMs);
      const incomplete: string[] = [...submitted.keys()].filter((id) => !scans.some((scan) => scan.id === id));
      const different: string[] = [];
      for (const scan of scans) {
        if (scan.state !== "done" || scan.summary?.complete !== true || scan.subtasks.done !== scan.subtasks.planned) {
          incomplete.push(`${scan.id}: ${scan.state} ${JSON.stringify(scan.subtasks)} ${JSON.stringify(scan.summary)}`);
        }
        const found = (await findingsOf(client, scan.id)).map(essenceOf).toSorted();
        const base = submitted.get(scan.id) ?? "";
        const due = expected.get(base)?.essences ?? [];
        if (JSON.stringify(found) !== JSON.stringify(due))
          different.push(`${scan.id}: ${found.length} of ${due.length}`);
      }
      const events = cluster.events();
      const byId = new Map(scans.map((scan) => [scan.id, scan]));
      // Every scan is of the same templates: one with more parts than another has had some of them split.
      const fewest = Math.min(...scans.map(({ subtasks }) => subtasks.planned));
      const settled = await settle(
        [...submitted.values()].map((base) => `${site.url}${base}`),
        (await loadTemplates([templates])).flatMap(({ template }) => template ?? []),
        (await site.seen()).slice(seenBefore),
        [...expected.values()].flatMap(({ findings }) => findings),
        {
          reported: [...submitted.keys()].map((id) => byId.get(id)?.summary?.requests.planned ?? 0),
          split: [...submitted.keys()].map((id) => (byId.get(id)?.subtasks.planned ?? 0) > fewest),
          restarts: kills.length,
          takeoverMs: longestTakeoverMs(events, kills),
        },
      );
      return {
        scans: scans.length,
        subtasks: scans.reduce((sum, { subtasks }) => sum + subtasks.planned, 0),
        incomplete,
        deadLetters: scans.reduce((sum, { subtasks }) => sum + subtasks.dead, 0),
        different,
        nodesKilled: kills.length,
        storesKilled,
        probesKilled: events.filter(({ verb }) => verb === "restarted").length,
        refused: events.filter(({ verb }) => verb === "refused").length,
        ledger: { ...settled, doneTwice: settled.doneTwice + acceptedTwice(events).length },
      };
    } finally {
      await cluster.end(false);
    }
  } finally {
    await store.end();
    await site.stop();
    folder.remove();
  }
};
