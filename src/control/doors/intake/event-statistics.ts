import { Counter, type Registry } from "prom-client";

/** The way by which an event came. */
export type Transport = "http" | "udp" | "tcp" | "tls";

/**
 * What became of an event at its door:
 * - `stored`: by now, or before.
 * - `invalid`, `too-large`: it is no event, or over a bound.
 * - `too-fast`: its source sent more than it may.
 * - `full`: as many wait to be stored as may.
 * - `lost-in-kernel`: the machine dropped the datagram, since the node did not read as fast as they came.
 * - `not-stored`: the store refused it, or the node ended first.
 *
 * An event that came over HTTP is the sender's until it is answered that it is stored; over TCP and TLS the sender is made to wait instead
 * of `too-fast` and `full`.
 */
export type EventOutcome = "stored" | "invalid" | "too-large" | "too-fast" | "full" | "lost-in-kernel" | "not-stored";

/** What came through the doors for events of a node, counted from its start on. */
export class EventStatistics {
  readonly #updates = new Set<() => void>();
  readonly #events = new Counter({
    name: "garrison_events_received_total",
    help: "Events that came by HTTP or syslog, by what became of them; lost-in-kernel: datagrams that the machine dropped",
    labelNames: ["transport", "outcome"],
    registers: [],
    collect: () => this.update(),
  });

  count(transport: Transport, outcome: EventOutcome, count = 1): void {
    if (count > 0) this.#events.inc({ transport, outcome }, count);
  }

  /** Reads now what is counted elsewhere; so does everyone who reads the metrics. */
  update(): void {
    for (const update of this.#updates) update();
  }

  /**
   * @param update called before the counts are read: to count what is known elsewhere
   * @returns ends that
   */
  beforeRead(update: () => void): () => void {
    this.#updates.add(update);
    return () => this.#updates.delete(update);
  }

  addTo(registry: Registry): void {
    registry.registerMetric(this.#events);
  }
}
