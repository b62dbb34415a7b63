import type { Clock } from "../../../../base/clock.ts";
import { pause } from "../../../../base/pause.ts";
import { StoreError } from "../../../../store/index.ts";

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Does again what failed since the store could not be reached, or did not answer in time: a step is not lost to a restart of the store that
 * takes a second. For work that may be done again, as that of one step of a run is by its key.
 *
 * @throws what the work throws otherwise, and the last failure of the store once the signal is aborted
 */
export const throughOutages = async <Result>(
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> => {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError && error.retryable) || signal.aborted) throw error;
      await pause(clock, pauseMs, signal);
    }
  }
};
