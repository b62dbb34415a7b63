import type { RemoteCell } from "../../../kernel/index.ts";
import type { RemoteCounters } from "../counters.ts";
import type { ControlLane } from "./control-lane.ts";
import type { Target } from "./target.ts";

/** How watches reach a peer. */
interface Outlet {
  readonly lane: Pick<ControlLane, "send">;
  nextCorrelation(): number;
}

/** Actors of one peer that are watched at a time. */
const mostWatches = 65_536;

/** The actors of one peer that actors of this node watch. */
export class SentWatches {
  readonly #byNumber = new Map<number, RemoteCell>();
  readonly #numbers = new Map<RemoteCell, number>();
  readonly #outlet: Outlet;
  readonly #counters: RemoteCounters;

  constructor(outlet: Outlet, counters: RemoteCounters) {
    this.#outlet = outlet;
    this.#counters = counters;
  }

  /** A watch that cannot be kept has ended: whoever relies on it must not wait for ever. */
  begin(target: Target, cell: RemoteCell): void {
    const number = this.#outlet.nextCorrelation();
    if (this.#byNumber.size >= mostWatches || !this.#outlet.lane.send("watch", number, target)) {
      cell.ended();
      return;
    }
    this.#byNumber.set(number, cell);
    this.#numbers.set(cell, number);
    this.#counters.watching += 1;
  }

  end(cell: RemoteCell): void {
    const number = this.#numbers.get(cell);
    if (number === undefined) return;
    this.#forget(number, cell);
    // Not taken: the peer tells of an end that nobody here waits for.
    this.#outlet.lane.send("unwatch", number, undefined);
  }

  /** The watched actor has ended. False: it is not watched any more. */
  ended(number: number): boolean {
    const cell = this.#byNumber.get(number);
    if (cell === undefined) return false;
    this.#forget(number, cell);
    cell.ended();
    return true;
  }

  /** The peer has ended, and all its actors with it. */
  endAll(): void {
    for (const number of [...this.#byNumber.keys()]) this.ended(number);
  }

  /** Tells nobody anything. */
  forgetAll(): void {
    for (const [number, cell] of [...this.#byNumber]) this.#forget(number, cell);
  }

  #forget(number: number, cell: RemoteCell): void {
    this.#byNumber.delete(number);
    this.#numbers.delete(cell);
    this.#counters.watching -= 1;
  }
}
