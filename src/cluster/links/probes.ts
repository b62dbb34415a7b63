import type { Clock, Timer } from "../../base/clock.ts";

export interface ProbesSetup {
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Sends a probe if there is a connection. */
  readonly probe: (number: number) => void;
  /** Ends the connection, if there is one. */
  readonly giveUp: () => void;
}

/** Part of the lease in which something has to come back. */
const part = 1 / 6;

/** Looks after a link on which nothing comes back: the peer is probed, and after the time of a lease the connection is given up. */
export class Probes {
  readonly #setup: ProbesSetup;
  #heardMs: number;
  /** When the connection was begun. */
  #begunMs: number;
  #heardSince = false;
  #unanswered = 0;
  #sent = 0;
  #timer: Timer;

  constructor(setup: ProbesSetup) {
    this.#setup = setup;
    this.#heardMs = setup.clock.monotonicMs();
    this.#begunMs = this.#heardMs;
    this.#timer = this.#again();
  }

  get silentMs(): number {
    return this.#setup.clock.monotonicMs() - this.#heardMs;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  heard(): void {
    this.#heardMs = this.#setup.clock.monotonicMs();
    this.#heardSince = true;
    this.#unanswered = 0;
  }

  /** A new connection has its own time. */
  begun(): void {
    this.#begunMs = this.#setup.clock.monotonicMs();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #again(): Timer {
    const { clock, leaseMs } = this.#setup;
    return clock.after(leaseMs * part, () => this.#look(), true);
  }

  #look(): void {
    const { clock, leaseMs, probe, giveUp } = this.#setup;
    this.#timer = this.#again();
    if (!this.#heardSince) {
      this.#unanswered += 1;
      if (clock.monotonicMs() - Math.max(this.#heardMs, this.#begunMs) >= leaseMs) giveUp();
      else probe((this.#sent += 1));
    }
    this.#heardSince = false;
  }
}
