import { systemClock } from "../../src/base/clock.ts";
import { sameRequestMs } from "../../src/bin/process/end-signals.ts";

/** Resolves when the next Ctrl-C cannot be taken for the one that has just been sent. */
export const anotherCtrlC = (): Promise<void> =>
  new Promise((resolve) => systemClock.after(sameRequestMs + 100, resolve));
