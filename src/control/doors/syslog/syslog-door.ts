import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Logger } from "../../../kernel/index.ts";
import { endpointText, isLoopback, type Endpoint } from "../../../wire/index.ts";
import { listenEndpoint } from "../../access/listen-endpoint.ts";
import type { Refusals } from "../../access/refusals.ts";
import { ControlError } from "../../errors.ts";
import type { ServerTls } from "../../tls/server-tls.ts";
import type { EventSink } from "../intake/event-sink.ts";
import type { EventStatistics } from "../intake/event-statistics.ts";
import { EventCollector } from "./event-collector.ts";
import { defaultSyslogLimits, type SyslogLimits } from "./limits.ts";
import { MessageIntake } from "./message-intake.ts";
import { Senders, type SyslogSource } from "./senders.ts";
import { StreamListener } from "./stream-listener.ts";
import { openUdpListener } from "./udp-listener.ts";

type Transports<Value> = { readonly [transport in "udp" | "tcp" | "tls"]?: Value | undefined };

export interface SyslogDoorSetup {
  /** HOST:PORT each; absent: not at all; port 0: the machine picks one. Beyond loopback `udp` and `tcp` need `allowFrom`. */
  readonly listen: Transports<string>;
  /** Addresses, or several as `10.1.0.0/16`, that may send; empty: this machine, and over TLS whoever has a certificate of the cluster. */
  readonly allowFrom: readonly string[];
  /** Kind of the events of sources that have none of their own. */
  readonly kind: string;
  /** By address; who is in none is called `syslog`. */
  readonly sources: readonly SyslogSource[];
  /** Events of one source; absent: no bound. */
  readonly eventsPerSecond?: number | undefined;
  readonly limits?: Partial<SyslogLimits>;
  readonly sink: EventSink;
  readonly statistics: EventStatistics;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** For `listen.tls`. */
  readonly tls?: ServerTls | undefined;
}

/** The syslog door of a node. */
export interface SyslogDoor {
  /** host:port with the real port, of those that were asked for. */
  readonly addresses: Transports<string>;
  /** Ends connections, stores what came within 3 s and closes the ports. Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * Opens ports for syslog (RFC 5424, RFC 3164, CEF in either) over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425).
 *
 * @throws ControlError `not-loopback`, `listen-failed`, `tls-unusable` for `listen.tls` without certificates, `invalid` for addresses, names
 * and kinds that cannot be
 */
export const startSyslogDoor = async (setup: SyslogDoorSetup): Promise<SyslogDoor> => {
  const limits = { ...defaultSyslogLimits, ...setup.limits };
  const at = endpointsOf(setup);
  const collector = new EventCollector({ ...setup, limits });
  const intake = new MessageIntake(collector, setup.statistics, setup.random);
  const common = { ...setup, limits, intake, senders: new Senders(setup) };
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    const closed = Promise.all(open.map((listener) => listener.close()));
    await collector.close(closed);
    await closed;
  };
  const stream = async (endpoint: Endpoint | undefined, tls?: ServerTls): Promise<string | undefined> => {
    if (endpoint === undefined) return undefined;
    const listener = new StreamListener(common, tls);
    const bound = await listener.open(endpoint);
    open.push(listener);
    return endpointText(bound);
  };
  const datagrams = async (endpoint: Endpoint | undefined): Promise<string | undefined> => {
    if (endpoint === undefined) return undefined;
    const listener = await openUdpListener(endpoint, common);
    open.push(listener);
    return endpointText(listener.endpoint);
  };
  try {
    const addresses = { udp: await datagrams(at.udp), tcp: await stream(at.tcp), tls: await stream(at.tls, setup.tls) };
    let closing: Promise<void> | undefined;
    return { addresses, close: () => (closing ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
};

const endpointsOf = ({ listen, allowFrom, tls }: SyslogDoorSetup): Transports<Endpoint> => {
  if (listen.tls !== undefined && tls === undefined) {
    throw new ControlError("tls-unusable", "respond.syslog.tls needs certificates: set tls.ca, tls.cert and tls.key");
  }
  const clear = (transport: "udp" | "tcp", address: string | undefined): Endpoint | undefined => {
    if (address === undefined) return undefined;
    const endpoint = listenEndpoint(`respond.syslog.${transport}`, address, true);
    if (isLoopback(endpoint) || allowFrom.length > 0) return endpoint;
    const remedy = "name the senders in respond.syslog.allowFrom, or use respond.syslog.tls";
    throw new ControlError(
      "not-loopback",
      `respond.syslog.${transport}: ${address} is open to other machines: ${remedy}`,
      {
        ids: { address },
      },
    );
  };
  return {
    udp: clear("udp", listen.udp),
    tcp: clear("tcp", listen.tcp),
    tls: listen.tls === undefined ? undefined : listenEndpoint("respond.syslog.tls", listen.tls, true),
  };
};
