import type { GarrisonClient, Run } from "../../client/index.ts";
import { followEach } from "./follow-each.ts";

/**
 * Follows runs until each has ended or waits for a person, or the signal aborts; those that wait for a time are followed on. `onChange`
 * gets each run first as it is and then whenever it has changed.
 */
export const watchRuns = (
  { runs }: Pick<GarrisonClient, "runs">,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (run: Run) => Promise<void>,
): Promise<void> =>
  followEach(ids, signal, async (id, until) => {
    for await (const run of runs.watch(id, until)) {
      await onChange(run);
      if (run.state === "waiting" && run.question !== undefined) break;
    }
  });
