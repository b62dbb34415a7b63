import type { Clock, Timer } from "../../src/base/clock.ts";
import type { Enter } from "./event-loop.ts";

/** The world's time as one process sees it: what falls due while it stands still happens when it goes on. */
export const processClock = (clock: Clock, enter: Enter): Clock => ({
  monotonicMs: () => clock.monotonicMs(),
  wallMs: () => clock.wallMs(),
  after: (delayMs, run): Timer => {
    // Between falling due and being run a timer of a frozen process can still be cancelled.
    let cancelled = false;
    const due = (): void => {
      if (!cancelled) run();
    };
    const timer = clock.after(delayMs, () => enter(due));
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  },
});
