import type { Clock, Timer } from "../../../../base/clock.ts";
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
  /** In the order in which they became free. */
  readonly #idle = new Set<Connection>();
  #looks = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, limits: IdleLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  add(connection: Connection): void {
    connection.freeSince = this.#looks;
    this.#idle.add(connection);
    if (this.#idle.size > this.#limits.most) this.#closeOldest();
    this.#timer ??= this.#clock.after(lookMs, this.#look, true);
  }

  remove(connection: Connection): void {
    this.#idle.delete(connection);
  }

  /** Stops looking after them; their owners close them. */
  end(): void {
    this.#timer?.cancel();
    this.#idle.clear();
  }

  #closeOldest(): void {
    const [oldest] = this.#idle;
    oldest?.destroy();
  }

  readonly #look = (): void => {
    this.#looks += 1;
    const since = this.#looks - Math.ceil(this.#limits.longestMs / lookMs);
    for (const connection of this.#idle) {
      if (connection.freeSince >= since) break;
      connection.destroy();
    }
    this.#timer = this.#idle.size === 0 ? undefined : this.#clock.after(lookMs, this.#look, true);
  };
}
