import type { Clock, Timer } from "../../../../base/clock.ts";
import { Roster } from "../roster.ts";
import type { Connection } from "./connection.ts";

const lookMs = 1_000;

export interface IdleLimits {
  /** Those beyond are closed, the longest unused first. */
  readonly most: number;
  /** To the second. */
  readonly longestMs: number;
}

/** The connections that wait for a next request, of all origins together, so that many origins do not hold many sockets. */
export class IdleConnections {
  readonly #clock: Clock;
  readonly #limits: IdleLimits;
  readonly #idle = new Roster<Connection>();
  /** Grows with each that becomes free; and what it was at the latest looks. */
  #count = 0;
  readonly #counts: number[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, limits: IdleLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  add(connection: Connection): void {
    this.#count += 1;
    connection.freeSince = this.#count;
    this.#idle.add(connection);
    if (this.#idle.size > this.#limits.most) this.#closeOldest();
    this.#timer ??= this.#clock.after(lookMs, this.#look, true);
  }

  remove(connection: Connection): void {
    this.#idle.remove(connection);
  }

  /** Stops looking after them; their owners close them. */
  end(): void {
    this.#timer?.cancel();
  }

  #closeOldest(): void {
    this.#idle.items.reduce((oldest, each) => (each.freeSince < oldest.freeSince ? each : oldest)).destroy();
  }

  readonly #look = (): void => {
    this.#counts.push(this.#count);
    if (this.#counts.length > this.#limits.longestMs / lookMs) {
      const since = this.#counts.shift() ?? 0;
      for (const connection of [...this.#idle.items]) {
        if (connection.freeSince <= since) connection.destroy();
      }
    }
    this.#timer = this.#idle.size === 0 ? undefined : this.#clock.after(lookMs, this.#look, true);
  };
}
