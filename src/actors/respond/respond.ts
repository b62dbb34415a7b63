import { same, type Props } from "../../kernel/index.ts";
import type { RespondSetup } from "./setup.ts";

/** `/respond`: the intake, the runs and the retention of one node, each a tree of its own that fails by itself. It takes no messages. */
export const respondProps = (_setup: RespondSetup): Props<undefined, never> => ({
  behavior: {
    initial: () => undefined,
    receive: () => same,
  },
});
