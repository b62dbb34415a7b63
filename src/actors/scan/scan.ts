import { same, type Props } from "../../kernel/index.ts";
import { probePoolProps } from "./probes/probe-pool.ts";
import { schedulerProps } from "./tasks/scheduler.ts";
import type { ScanSetup } from "./setup.ts";

/** `/scan`: the scheduler and the probes of one node, each a tree of its own that fails by itself. It takes no messages. */
export const scanProps = (setup: ScanSetup): Props<undefined, never> => ({
  supervision: { strategy: "one-for-one", maxRestarts: 20, withinMs: 60_000 },
  behavior: {
    initial: (context) => {
      context.spawn(schedulerProps(setup), "scheduler");
      context.spawn(probePoolProps(setup), "probes");
      return undefined;
    },
    receive: () => same,
  },
});
