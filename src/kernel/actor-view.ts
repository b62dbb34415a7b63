import type { Cell } from "./cell/cell.ts";
import { phases, type PhaseName } from "./cell/phase.ts";

/** One actor of the live tree, with its counters since it was spawned. */
export interface ActorView {
  /** Names from the root down, e.g. `/scan/probes`; the root is `/`. */
  readonly path: string;
  readonly incarnation: number;
  readonly phase: PhaseName;
  /** A handler runs now. */
  readonly busy: boolean;
  /** Messages that wait, and how many may. */
  readonly mailbox: { readonly waiting: number; readonly capacity: number };
  /** Messages sent to it, whether or not they were accepted. */
  readonly sent: number;
  /** Messages whose handler succeeded. */
  readonly handled: number;
  /** Messages that a full mailbox dropped by its policy. */
  readonly dropped: number;
  /** Failures of its functions, faults that were injected, and failures escalated to it. */
  readonly failures: number;
  readonly restarts: number;
  /** Handlers that were given up after the stop timeout. */
  readonly abandoned: number;
  /** In the order in which they were spawned. */
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
