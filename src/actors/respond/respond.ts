import { same, type Props } from "../../kernel/index.ts";
import { runSupervisorProps } from "./execution/run-supervisor.ts";
import { intakeProps } from "./intake/intake.ts";
import { retentionProps } from "./retention/retention.ts";
import type { RespondSetup } from "./setup.ts";

/** `/respond`: the intake, the runs and the retention of one node, each a tree of its own that fails by itself. It takes no messages. */
export const respondProps = (setup: RespondSetup): Props<undefined, never> => ({
  supervision: { strategy: "one-for-one", maxRestarts: 20, withinMs: 60_000 },
  behavior: {
    initial: (context) => {
      const runs = context.spawn(runSupervisorProps(setup), "runs");
      context.spawn(intakeProps({ ...setup, runs }), "intake");
      context.spawn(retentionProps(setup), "retention");
      return undefined;
    },
    receive: () => same,
  },
});
