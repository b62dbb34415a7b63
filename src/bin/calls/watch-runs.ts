import { setMaxListeners } from "node:events";
import type { GarrisonClient, Run } from "../../client/index.ts";

/** Streams of one node at once, below what it grants a connection. */
const atOnce = 50;

/**
 * Follows runs until each has ended or waits for a person, or the signal aborts. `onChange` gets each run first as it is and then whenever
 * it has changed; of very many only some are followed at a time.
 */
export const watchRuns = async (
  { runs }: Pick<GarrisonClient, "runs">,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (run: Run) => Promise<void>,
): Promise<void> => {
  const left = ids.values();
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  setMaxListeners(0, until);
  const follow = async (): Promise<void> => {
    for (const id of left) {
      if (until.aborted) return;
      for await (const run of runs.watch(id, until)) {
        await onChange(run);
        if (run.state === "waiting") break;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, follow));
  } finally {
    failed.abort();
  }
};
