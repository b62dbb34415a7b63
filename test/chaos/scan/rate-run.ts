import { setTimeout as pause } from "node:timers/promises";
import { startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { ChaosCluster } from "./cluster.ts";
import { submit, uploadFolder } from "./submitter.ts";

export interface RateRunOptions {
  readonly seconds: number;
  readonly perSecond: number;
  /** How long after the first request one node is killed and started again; `undefined`: never. */
  readonly killAfterMs: number | undefined;
}

export interface RateRunResult {
  /** As the target counted them. */
  readonly requests: number;
  /** The most in any sliding window of one second. */
  readonly mostInASecond: number;
  /** Per second, outside of the time that the kill disturbs. */
  readonly average: number;
}

const disturbedMs = 3_000;
const secondMs = 1_000;

const mostWithin = (times: readonly number[], windowMs: number): number => {
  let most = 0;
  let from = 0;
  for (const [at, time] of times.entries()) {
    while (time - (times[from] ?? time) >= windowMs) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
};

/** One long scan of one target by three nodes under a limit that holds over all of them. */
export const rateRun = async ({ seconds, perSecond, killAfterMs }: RateRunOptions): Promise<RateRunResult> => {
  const folder = tempDir("chaos-rate");
  // Enough that 2,000 requests still wait at the end.
  const templates = Math.ceil((perSecond * seconds + 2_000) / 10);
  writePlainTemplates(folder.path, { templates, requests: 10 });
  const site = await startPlainSite();
  const cluster = new ChaosCluster({ nodes: 3, scan: { leaseMs: 2_000, probes: 4, rateLimitPerTarget: perSecond } });
  try {
    const client = await cluster.client();
    await Promise.all(cluster.nodes.map((node) => node.address()));
    await submit(client, "long", site.url, await uploadFolder(client, folder.path));
    await until(
      () => site.seen.length > 0,
      () => "no request yet",
      30_000,
    );
    const start = site.seen[0]?.atMs ?? 0;
    let killed: number | undefined;
    while (performance.now() - start < seconds * secondMs) {
      if (killAfterMs !== undefined && killed === undefined && performance.now() - start >= killAfterMs) {
        await cluster.nodes[1]?.kill();
        killed = performance.now();
        cluster.nodes[1]?.restart();
      }
      await pause(20);
    }
    const end = start + seconds * secondMs;
    const times = site.seen.map(({ atMs }) => atMs).filter((atMs) => atMs <= end);
    const disturbed = (atMs: number): boolean => killed !== undefined && atMs >= killed && atMs < killed + disturbedMs;
    const calmMs = seconds * secondMs - (killed === undefined ? 0 : disturbedMs);
    return {
      requests: times.length,
      mostInASecond: mostWithin(times, secondMs),
      average: (times.filter((atMs) => !disturbed(atMs)).length / calmMs) * secondMs,
    };
  } finally {
    await cluster.end(false);
    await site.close();
    folder.remove();
  }
};
