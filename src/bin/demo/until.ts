import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/pause.ts";

export interface UntilOptions {
  readonly longestMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const lookEveryMs = 50;

/** Waits until something is so. Resolves with false when it is not within that time. @throws what the signal was aborted with */
export const until = async (
  isSo: () => boolean | Promise<boolean>,
  { longestMs, clock, signal }: UntilOptions,
): Promise<boolean> => {
  const untilMs = clock.monotonicMs() + longestMs;
  for (;;) {
    signal.throwIfAborted();
    if (await isSo()) return true;
    if (clock.monotonicMs() > untilMs) return false;
    await pause(clock, lookEveryMs, signal);
  }
};
