import { same, type Props } from "../../kernel/index.ts";
import { AloneGate } from "./claims/alone-gate.ts";
import { hintsProps } from "./links/hints.ts";
import { ScanLeaders } from "./links/scan-leaders.ts";
import { probePoolProps } from "./probes/probe-pool.ts";
import { retentionProps } from "./retention/retention.ts";
import type { ScanSetup } from "./setup.ts";
import { schedulerProps } from "./tasks/scheduler.ts";

/**
 * `/scan`: the scheduler and the probes, as its roles are, what hears hints for them, and the retention of one node, each a tree of its own
 * that fails by itself. It takes no messages.
 */
export const scanProps = (setup: ScanSetup): Props<undefined, never> => ({
  supervision: { strategy: "one-for-one", maxRestarts: 20, withinMs: 60_000 },
  behavior: {
    initial: (context) => {
      const gate = new AloneGate();
      const leaders = new ScanLeaders();
      const { roles = ["scheduler", "probe"] } = setup;
      const scheduler = roles.includes("scheduler")
        ? context.spawn(schedulerProps({ ...setup, gate }), "scheduler")
        : undefined;
      const probes = roles.includes("probe")
        ? context.spawn(probePoolProps({ ...setup, gate, leaders, scheduler }), "probes")
        : undefined;
      context.spawn(hintsProps({ leaders, scheduler, probes }), "hints");
      context.spawn(retentionProps(setup), "retention");
      return undefined;
    },
    receive: () => same,
  },
});
