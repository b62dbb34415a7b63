import type { CancelScope } from "./cancel-scope.ts";
import type { Effects } from "./effects.ts";

/** What took longer than it may. It has ended. */
export const timedOut = Symbol("timed out");

/**
 * Does something for at most so long. When the time is over it is cancelled, and its end is waited for. Whoever is cancelled itself meanwhile
 * has to look at that first.
 * @param cancel of what it is part of
 * @param work gets a scope of its own
 */
export const withTimeout = async <Result>(
  { ms, step, effects, cancel }: { ms: number; step: string; effects: Effects; cancel: CancelScope },
  work: (inner: CancelScope) => Promise<Result>,
): Promise<Result | typeof timedOut> => {
  const timer = effects.timer(ms, { step, of: "timeout" });
  const inner = cancel.open();
  void timer.outcome.then(({ state }) => {
    if (state === "done") inner.cancel();
  });
  try {
    const result = await work(inner);
    return inner.wasCancelled() ? timedOut : result;
  } finally {
    cancel.close(inner);
    timer.abort();
  }
};
