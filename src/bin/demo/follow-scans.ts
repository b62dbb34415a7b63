import type { Clock } from "../../base/clock.ts";
import type { GarrisonClient, Scan } from "../../client/index.ts";
import type { Retrying } from "../calls/retrying.ts";
import { createProgress } from "../output/scan/progress.ts";
import type { Disturbances } from "./disturbances.ts";
import type { SiteProcess } from "./site-process.ts";

export interface FollowSetup {
  readonly site: SiteProcess;
  readonly client: GarrisonClient;
  readonly retrying: Retrying;
  readonly disturbances: Disturbances;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** No progress is shown. */
  readonly quiet: boolean;
}

const lookEveryMs = 100;
const longestMs = 120_000;
const ended: ReadonlySet<string> = new Set(["done", "failed", "cancelled", "dead"]);

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

/**
 * Waits until every scan has ended, with what disturbs them on the way made good.
 * @param planned requests of all of them
 */
export const followScans = async (
  ids: readonly string[],
  planned: number,
  { site, client, retrying, disturbances, clock, signal, quiet }: FollowSetup,
): Promise<readonly Scan[]> => {
  const progress = createProgress(clock, quiet);
  const untilMs = clock.monotonicMs() + longestMs;
  try {
    for (;;) {
      signal.throwIfAborted();
      const scans = await Promise.all(ids.map((id) => retrying.call(() => client.scans.get(id), signal)));
      const done = scans.reduce((sum, { endedRequests }) => sum + endedRequests, 0);
      progress.update(done, planned, "requests");
      if (scans.every(({ state }) => ended.has(state))) {
        await disturbances.settled();
        return scans;
      }
      disturbances.look((await site.seen()).length);
      if (clock.monotonicMs() > untilMs) throw new Error(`the scans did not end within ${longestMs} ms`);
      await pause(clock, lookEveryMs);
    }
  } finally {
    progress.stop();
  }
};
