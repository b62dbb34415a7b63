import type { TableView } from "./table.ts";

/** What the actors below `/system` that depend on the membership are told. */
export type MembershipEvent =
  /** A version of the table that this node had not seen. */
  | { readonly type: "table"; readonly view: TableView }
  /** The node's lease was prolonged: what hangs on it may go on until then (own monotonic clock). */
  | { readonly type: "lease"; readonly untilMs: number }
  /** This incarnation is no longer part of the cluster: nothing that hangs on its lease may be written any more. */
  | { readonly type: "lost" };
