import type { Cell } from "./cell.ts";
import { phases, type PhaseName } from "./phase.ts";

/** One actor of the live tree, with its counters since it was spawned. */
export interface ActorView {
  readonly path: string;
  readonly incarnation: number;
  readonly phase: PhaseName;
  /** A handler runs now. */
  readonly busy: boolean;
  readonly mailbox: { readonly waiting: number; readonly capacity: number };
  /** Messages sent to it, whether or not they were accepted. */
  readonly sent: number;
  readonly handled: number;
  readonly dropped: number;
  readonly failures: number;
  readonly restarts: number;
  readonly abandoned: number;
  readonly children: readonly ActorView[];
}

export const viewOf = (cell: Cell): ActorView => ({
  path: cell.path,
  incarnation: cell.incarnation,
  phase: phases[cell.phase],
  busy: cell.busy,
  mailbox: { waiting: cell.waiting, capacity: cell.settings.mailbox.capacity },
  sent: cell.sent,
  handled: cell.handled,
  dropped: cell.dropped,
  failures: cell.failures,
  restarts: cell.restarts,
  abandoned: cell.abandoned,
  children: [...(cell.children?.values() ?? [])].map(viewOf),
});
