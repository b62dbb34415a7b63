import { ChaosCluster } from "../../test/chaos/scan/cluster.ts";
import { until } from "../../test/support/until.ts";
import { submit, untilAllEnded, uploadFolder } from "../../test/chaos/scan/submitter.ts";

export interface NodeScanOptions {
  /** The folder of the templates. */
  readonly templates: string;
  /** One scan each. */
  readonly targets: readonly string[];
  readonly scope: readonly string[];
  /** Keys below `scan` of the config. */
  readonly settings: Readonly<Record<string, number>>;
  /** Whether the site has answered all requests. Until then the node is not asked how far it is: it has other work. */
  readonly isAnswered: () => boolean;
}

export interface NodeScanResult {
  /** Of the whole process, from the submission to the last end; in seconds. */
  readonly cpuSeconds: number;
  readonly findings: number;
  /** The most resident memory that was seen, without pages of files. */
  readonly peakBytes: number;
}

const longestMs = 300_000;
const lookEveryMs = 100;

/** One node process with its embedded store scans the targets, and has stored what it found. */
export const scanWithNode = async (options: NodeScanOptions): Promise<NodeScanResult> => {
  const { templates, targets, scope, settings, isAnswered } = options;
  const cluster = new ChaosCluster({ nodes: 1, scan: { ...settings, scope } });
  try {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("no node");
    const client = await cluster.client();
    const bundle = await uploadFolder(client, templates);
    const cpuMs = node.cpuMs();
    let peakBytes = 0;
    const look = setInterval(() => {
      const { bytes = 0, fileBytes = 0 } = node.resident() ?? {};
      peakBytes = Math.max(peakBytes, bytes - fileBytes);
    }, lookEveryMs);
    try {
      for (const [at, target] of targets.entries()) await submit(client, `scan-${at}`, target, bundle);
      await until(isAnswered, () => "not everything was answered", longestMs);
      const scans = await untilAllEnded(client, longestMs);
      const undone = scans.find(({ state }) => state !== "done");
      if (undone !== undefined) throw new Error(`${undone.id} ended as ${undone.state}: ${undone.lastError}`);
      const findings = scans.reduce((sum, scan) => sum + scan.findings, 0);
      return { cpuSeconds: (node.cpuMs() - cpuMs) / 1_000, findings, peakBytes };
    } finally {
      clearInterval(look);
    }
  } finally {
    await cluster.end(true);
  }
};
