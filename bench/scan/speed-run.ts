import { startPlainSite } from "../../test/support/plain-site.ts";
import { writePlainTemplates } from "../../test/support/scan-templates.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { ChaosCluster } from "../../test/chaos/scan/cluster.ts";
import { submit, untilAllEnded, uploadFolder } from "../../test/chaos/scan/submitter.ts";

export interface SpeedRunResult {
  /** From the first request to the answer of the last one, as the site sees it. */
  readonly requestsPerSecond: number;
  /** Of one core, by node. */
  readonly busy: readonly number[];
}

export interface SpeedRunOptions {
  readonly templates: number;
  readonly probes: number;
  readonly delayMs: number;
}

const requestsPerTemplate = 10;
const longestMs = 120_000;

/** One scan of a target that takes its time to answer, by so many nodes with equal numbers of probes. */
export const speedRun = async (
  nodes: number,
  { templates, probes, delayMs }: SpeedRunOptions,
): Promise<SpeedRunResult> => {
  const folder = tempDir("chaos-speed");
  writePlainTemplates(folder.path, { templates, requests: requestsPerTemplate });
  const site = await startPlainSite((_request, response) => void setTimeout(() => response.end("ok"), delayMs));
  const cluster = new ChaosCluster({ nodes, scan: { probes, subtaskRequests: requestsPerTemplate } });
  try {
    const client = await cluster.client();
    await Promise.all(cluster.nodes.map((node) => node.address()));
    const bundle = await uploadFolder(client, folder.path);
    const cpu = cluster.nodes.map((node) => node.cpuMs());
    await submit(client, "speed", site.url, bundle);
    const begun = performance.now();
    await untilAllEnded(client, longestMs);
    const first = site.seen[0]?.atMs ?? begun;
    const last = site.seen.at(-1)?.atMs ?? begun;
    return {
      requestsPerSecond: (site.seen.length / (last - first + delayMs)) * 1_000,
      busy: cluster.nodes.map((node, at) => (node.cpuMs() - (cpu[at] ?? 0)) / (performance.now() - begun)),
    };
  } finally {
    await cluster.end(true);
    await site.close();
    folder.remove();
  }
};
