import { same, type Props } from "../../kernel/index.ts";
import { centreProps } from "./centre/centre.ts";
import { relayProps } from "./relay/relay.ts";
import type { RelaySetup } from "./relay/setup.ts";
import type { CentreSetup } from "./setup.ts";

/** The parts of detection that a node has, by its roles. */
export interface DetectSetup {
  readonly centre?: CentreSetup;
  readonly relay?: RelaySetup;
}

/** `/detect`: the centre and the relay of one node, each a tree of its own that fails by itself. */
export const detectProps = ({ centre, relay }: DetectSetup): Props<undefined, never> => ({
  supervision: { strategy: "one-for-one", maxRestarts: 20, withinMs: 60_000 },
  behavior: {
    initial: (context) => {
      if (centre !== undefined) context.spawn(centreProps(centre), "centre");
      if (relay !== undefined) context.spawn(relayProps(relay), "relay");
      return undefined;
    },
    receive: () => same,
  },
});
