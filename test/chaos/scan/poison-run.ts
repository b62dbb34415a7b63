import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { ChaosCluster } from "./cluster.ts";
import { allScans, findingsOf, hasEnded, submit, uploadFolder } from "./submitter.ts";
import { ClientError, type GarrisonClient, type Scan } from "../../../src/client/index.ts";

export interface PoisonRunResult {
  readonly scans: readonly Pick<Scan, "id" | "state" | "subtasks">[];
  readonly deadLetters: readonly string[];
  /** Templates of which a scan has not all findings. The poison is never among the findings. */
  readonly missing: readonly string[];
  readonly nodesRestarted: number;
  readonly seconds: number;
}

const poison = "poison";
const harmless = 12;
const deadlineMs = 300_000;

const poisonTemplate = `id: ${poison}
info: {name: ${poison}, author: test, severity: low}
http:
  - path: ["{{BaseURL}}/poison"]
    matchers:
      - {type: status, status: [200]}
`;

/** One look, without patience: the node may be gone. */
const scansNow = async (client: GarrisonClient): Promise<readonly Scan[]> => {
  try {
    return (await client.scans.list({ pageSize: 1_000 })).scans;
  } catch (error) {
    if (error instanceof ClientError && error.retryable) return [];
    throw error;
  }
};

/**
 * Scans sites with harmless templates and one whose match kills the process that judged it. Nodes that die are started again, as
 * their supervisor would.
 */
export const poisonRun = async (nodes: number, scans: number): Promise<PoisonRunResult> => {
  const folder = tempDir("chaos-poison");
  writePlainTemplates(folder.path, { templates: harmless, requests: 1 });
  writeFileSync(join(folder.path, `${poison}.yaml`), poisonTemplate);
  const site = await startPlainSite();
  const cluster = new ChaosCluster({ nodes, scan: { leaseMs: 1_000, probes: 4, subtaskRequests: 4 }, poison });
  let nodesRestarted = 0;
  const begun = performance.now();
  try {
    const first = await cluster.client();
    const bundle = await uploadFolder(first, folder.path);
    for (let at = 0; at < scans; at += 1) await submit(first, `scan-${at}`, `${site.url}/${at}`, bundle);
    let client = first;
    for (;;) {
      for (const node of cluster.nodes) {
        if (!node.ended) continue;
        node.restart();
        nodesRestarted += 1;
      }
      // Nobody waits for a node that starts: others may die meanwhile.
      const ready = cluster.nodes.findIndex((node) => node.isReady);
      if (ready !== -1) client = await cluster.client(ready);
      const now = await scansNow(client);
      if (now.length > 0 && now.every(hasEnded)) break;
      if (performance.now() - begun > deadlineMs) throw new Error(`not over: ${JSON.stringify(now)}`);
      await pause(50);
    }
    const ended = await allScans(client);
    const missing: string[] = [];
    for (const { id } of ended) {
      const found = new Set((await findingsOf(client, id)).map((finding) => finding["template-id"]));
      for (let at = 0; at < harmless; at += 1) {
        if (!found.has(`t${at}`)) missing.push(`${id}: t${at}`);
      }
    }
    return {
      scans: ended.map(({ id, state, subtasks }) => ({ id, state, subtasks })),
      deadLetters: ended.flatMap(({ summary }) => summary?.deadLetters ?? []),
      missing,
      nodesRestarted,
      seconds: Math.round((performance.now() - begun) / 1_000),
    };
  } finally {
    await cluster.end(false);
    await site.close();
    folder.remove();
  }
};
