import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until `condition` holds (looked at every few milliseconds), at most `deadlineMs`; then fails with what `state`
 * says, so that a hanging test tells where it hangs.
 */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  state: () => unknown,
  deadlineMs = 30_000,
): Promise<void> => {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new Error(`not reached within ${deadlineMs} ms; state: ${JSON.stringify(state())}`);
    }
    await pause(2);
  }
};
