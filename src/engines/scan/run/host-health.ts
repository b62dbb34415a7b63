import type { Clock } from "../../../base/clock.ts";

export interface HostHealthLimits {
  /** Connection failures in a row after which a host is left alone. */
  readonly maxFailures: number;
  /** How long it is left alone before one request tries it again. */
  readonly pauseMs: number;
  /** Hosts with failures that are remembered; the one longest unchanged is forgotten first. */
  readonly maxHosts: number;
}

export const defaultHostHealthLimits: HostHealthLimits = { maxFailures: 30, pauseMs: 60_000, maxHosts: 10_000 };

interface Failures {
  readonly count: number;
  readonly lastMs: number;
  readonly lastMessage: string;
}

/**
 * Counts connection failures in a row by host and port, over all runs of an engine, so that a dead host does not cost
 * every subtask its time limits. Any response forgets them.
 */
export class HostHealth {
  readonly #clock: Clock;
  readonly #limits: HostHealthLimits;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, limits: HostHealthLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Why the host is to be left alone now, or undefined. */
  reasonToSkip(host: string): string | undefined {
    const failures = this.#failures.get(host);
    if (failures === undefined || failures.count < this.#limits.maxFailures) return undefined;
    if (this.#clock.monotonicMs() - failures.lastMs >= this.#limits.pauseMs) {
      // One request may try; its failure brings the pause back.
      this.#remember(host, { ...failures, count: this.#limits.maxFailures - 1 });
      return undefined;
    }
    return `${failures.count} connection failures in a row, the last: ${failures.lastMessage}`;
  }

  failed(host: string, message: string): void {
    const count = (this.#failures.get(host)?.count ?? 0) + 1;
    this.#remember(host, { count, lastMs: this.#clock.monotonicMs(), lastMessage: message });
  }

  answered(host: string): void {
    if (this.#failures.size > 0) this.#failures.delete(host);
  }

  #remember(host: string, failures: Failures): void {
    this.#failures.delete(host);
    this.#failures.set(host, failures);
    if (this.#failures.size <= this.#limits.maxHosts) return;
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }
}
