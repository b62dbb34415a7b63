/** What every actor counts from its spawn on. */
export interface Counters {
  /** Messages sent to it, whether or not they were accepted. */
  sent: number;
  /** Messages whose handler succeeded. */
  handled: number;
  /** Messages that a full mailbox dropped by its policy. */
  dropped: number;
  /** Failures of its functions, faults that were injected, and failures escalated to it. */
  failures: number;
  restarts: number;
  /** Handlers that were given up after the stop timeout. */
  abandoned: number;
}

export const noCounts: Readonly<Counters> = { sent: 0, handled: 0, dropped: 0, failures: 0, restarts: 0, abandoned: 0 };

export const addCounters = (sum: Counters, more: Readonly<Counters>): void => {
  sum.sent += more.sent;
  sum.handled += more.handled;
  sum.dropped += more.dropped;
  sum.failures += more.failures;
  sum.restarts += more.restarts;
  sum.abandoned += more.abandoned;
};
