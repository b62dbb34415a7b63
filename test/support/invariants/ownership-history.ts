/**
 * Who held what, as one store saw it, whatever it was: a claim on an item, a lease on a name, a fence on a shard. In the order in which
 * the store took it, from a simulation as from the logs of real processes. Times are of one clock, in milliseconds.
 */
export type OwnershipFact =
  /** The key was handed out under a new token. It is held until the deadline, unless it is released before or prolonged. */
  | { readonly type: "granted"; readonly deadlineMs: number }
  | { readonly type: "renewed"; readonly deadlineMs: number }
  | { readonly type: "released" }
  /** A write under the token was made. */
  | { readonly type: "accepted" }
  /** A write under the token was turned away. */
  | { readonly type: "refused" }
  /** The holder did something that no store could refuse, such as sending a packet. */
  | { readonly type: "acted" };

export type OwnershipEvent = OwnershipFact & {
  /** What is owned, such as `subtasks/one`, `node/a`, `owner/ledger/0`. */
  readonly key: string;
  readonly token: number;
  /** Node and incarnation. */
  readonly owner: string;
  readonly atMs: number;
};
