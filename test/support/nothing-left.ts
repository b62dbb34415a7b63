import { setImmediate as started } from "node:timers/promises";
import { until } from "./until.ts";

const goneMs = 10_000;

/** What keeps this process alive: sockets, timers, children, threads. */
const alive = (): readonly string[] => process.getActiveResourcesInfo();

/** Those of `now` that were not there before, each as often as it is more. */
const added = (before: readonly string[], now: readonly string[]): readonly string[] => {
  const left = [...before];
  return now.filter((resource) => {
    const at = left.indexOf(resource);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
};

let before: readonly string[] = [];

/**
 * For mocha: tests leave nothing behind. What they left would keep mocha from ending, but processes of mocha that run side by side are
 * killed at the end, which hides it.
 */
export const mochaHooks = {
  async beforeAll(): Promise<void> {
    // The timer of the hook itself runs from now on, as it does below.
    await started();
    before = alive();
  },

  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(2 * goneMs);
    await started();
    await until(
      () => added(before, alive()).length === 0,
      () => ({ left: added(before, alive()), by: this.test?.parent?.suites.map(({ title }) => title) }),
      goneMs,
    );
  },
};
