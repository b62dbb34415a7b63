import { same, type Address, type Props } from "../../../kernel/index.ts";

export interface WorkWatchSetup {
  /** Actors without which the node has nothing to do, each with its path. */
  readonly actors: readonly Address<never>[];
  /** One of them has ended and is not started again. */
  readonly onGone: () => void;
}

/** Notices that a node lives on without its work: somebody has stopped it, or its supervisor has given it up. */
export const workWatchProps = ({ actors, onGone }: WorkWatchSetup): Props<undefined, { readonly path: string }> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      for (const actor of actors) context.watch(actor, { path: actor.path });
    },
    receive: (_state, { path }, context) => {
      context.log.error(
        { actor: path },
        "this node has no work any more: it serves calls only, until it is started again",
      );
      onGone();
      return same;
    },
  },
});
