import type { Clock } from "../base/clock.ts";

/** Waits, at most until the signal is aborted. Never rejects. */
export const pause = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = clock.after(ms, end, true);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
