import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../kernel/index.ts";
import { listenEndpoint } from "../../access/listen-endpoint.ts";
import type { Refusals } from "../../access/refusals.ts";
import { ControlError } from "../../errors.ts";
import type { ServerTls } from "../../tls/server-tls.ts";
import type { EventSink } from "../intake/event-sink.ts";
import type { EventStatistics } from "../intake/event-statistics.ts";
import { knownSources, type EventSource } from "./event-source.ts";
import { EventsHttp } from "./events-http.ts";
import { eventsDoorLimits } from "./limits.ts";

export interface EventsDoorSetup {
  /** Where it listens: a loopback address without `tls`; port 0: the machine picks one. */
  readonly listen: string;
  /** At least one. */
  readonly sources: readonly EventSource[];
  /** Events of one source; absent: no bound. */
  readonly eventsPerSecond?: number | undefined;
  readonly sink: EventSink;
  readonly statistics: EventStatistics;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent: it speaks in the clear. */
  readonly tls?: ServerTls | undefined;
}

/** The HTTP door for events of a node. */
export interface EventsDoor {
  /** host:port with the real port. */
  readonly address: string;
  /** Lets answers under way end within 3 s and closes its port. Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * Opens `POST /v1/events`: JSON or NDJSON, signed by the secret of its source.
 *
 * @throws ControlError `not-loopback`, `listen-failed`, `invalid` for sources that cannot be, `token-unsafe` for a secret that is short
 */
export const startEventsDoor = async (setup: EventsDoorSetup): Promise<EventsDoor> => {
  const address = listenEndpoint("respond.http.listen", setup.listen, setup.tls !== undefined);
  if (setup.sources.length === 0) {
    throw new ControlError("invalid", "respond.http.sources: name the sources whose events respond.http.listen takes");
  }
  const sources = knownSources(setup.sources, setup.eventsPerSecond, setup.clock);
  const { port } = new EventsHttp({ ...setup, address, sources });
  await port.open();
  let closing: Promise<void> | undefined;
  return { address: port.address, close: () => (closing ??= port.close(eventsDoorLimits.graceMs)) };
};
