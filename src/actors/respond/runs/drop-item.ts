import { StoreError, type Space } from "../../../store/index.ts";
import { runQueue } from "../work.ts";

/** Ends the delayed item of a run that waits for it no longer. It would have no effect: a store that does not answer now leaves it to its time. */
export const dropItem = async (space: Space, item: string): Promise<void> => {
  try {
    await space.queue.cancel(runQueue, [item]);
  } catch (error) {
    if (!(error instanceof StoreError && error.retryable)) throw error;
  }
};
