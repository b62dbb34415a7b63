import type { ActorView } from "../../kernel/index.ts";
import type { Actor, NodeActors } from "../../wire/index.ts";

/** About 1.5 MiB on the wire. */
const mostActors = 10_000;

const countOf = (view: ActorView): number => view.children.reduce((sum, child) => sum + countOf(child), 1);

const actorOf = (view: ActorView): Actor => ({
  path: view.path,
  incarnation: view.incarnation,
  phase: view.phase,
  busy: view.busy,
  mailboxWaiting: view.mailbox.waiting,
  mailboxCapacity: view.mailbox.capacity,
  handled: view.handled,
  dropped: view.dropped,
  failures: view.failures,
  restarts: view.restarts,
  children: view.children.map(actorOf),
});

/** Where the node stands in the cluster is not said. */
export const unplaced = { state: "", link: "" } as const;

/** A node's live actors as they are sent. A tree that is too large for a message is not. */
export const nodeActors = (node: string, root: ActorView): NodeActors => {
  const count = countOf(root);
  return count <= mostActors
    ? { ...unplaced, node, root: actorOf(root), error: "" }
    : { ...unplaced, node, error: `it has ${count} actors; at most ${mostActors} are shown` };
};
