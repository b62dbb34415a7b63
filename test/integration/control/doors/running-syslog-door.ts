import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { Registry } from "prom-client";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { EventStatistics } from "../../../../src/control/doors/intake/event-statistics.ts";
import { startSyslogDoor, type SyslogDoor, type SyslogDoorSetup } from "../../../../src/control/doors/syslog/index.ts";
import { Refusals } from "../../../../src/control/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { until } from "../../../support/until.ts";
import { KeptEvents } from "./kept-events.ts";

/** A message of RFC 5424 with this text. */
export const line = (text: string): string => `<134>1 2026-05-01T12:00:00Z fw - - - - ${text}`;

/** A syslog door that tests send to. */
export class RunningSyslogDoor {
  static async start(more: Partial<SyslogDoorSetup> = {}): Promise<RunningSyslogDoor> {
    const [sink, refusals, statistics, log] = [
      new KeptEvents(),
      new Refusals(),
      new EventStatistics(),
      new CapturedLog(),
    ];
    const door = await startSyslogDoor({
      listen: { udp: "127.0.0.1:0", tcp: "127.0.0.1:0" },
      allowFrom: [],
      kind: "syslog",
      sources: [{ from: "127.0.0.1", name: "fw-1", kind: "network-attack" }],
      ...{ sink, refusals, statistics, clock: systemClock, random: systemRandom, log: log.logger },
      ...more,
    });
    return new RunningSyslogDoor(door, sink, refusals, log, statistics);
  }

  readonly door: SyslogDoor;
  readonly sink: KeptEvents;
  readonly refusals: Refusals;
  readonly log: CapturedLog;
  readonly #registry = new Registry();
  readonly #sockets: { destroy(): void }[] = [];

  private constructor(
    door: SyslogDoor,
    sink: KeptEvents,
    refusals: Refusals,
    log: CapturedLog,
    statistics: EventStatistics,
  ) {
    this.door = door;
    this.sink = sink;
    this.refusals = refusals;
    this.log = log;
    statistics.addTo(this.#registry);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    await this.door.close();
  }

  /** What the metrics say: `udp stored` and others, by count. */
  readonly outcomes = async (): Promise<Readonly<Record<string, number>>> => {
    const [metric] = await this.#registry.getMetricsAsJSON();
    const values = metric?.values ?? [];
    return Object.fromEntries(
      values.map(({ labels, value }) => [`${labels["transport"]} ${labels["outcome"]}`, value]),
    );
  };

  async counted(name: string): Promise<number> {
    return (await this.outcomes())[name] ?? 0;
  }

  /** Waits until so many have had this outcome. */
  reaches(name: string, count: number): Promise<void> {
    let seen: Readonly<Record<string, number>> = {};
    return until(
      async () => {
        seen = await this.outcomes();
        return (seen[name] ?? 0) >= count;
      },
      () => ({ name, count, seen, refusals: this.refusals.all() }),
    );
  }

  get messages(): readonly unknown[] {
    return this.sink.list.map(({ data }) => data["message"]);
  }

  port(transport: "udp" | "tcp" | "tls"): number {
    return Number(this.door.addresses[transport]?.split(":")[1]);
  }

  tcp(transport: "tcp" | "tls" = "tcp"): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: this.port(transport) }, () => resolve(socket));
      socket.once("error", reject);
      this.ends(socket.on("error", () => undefined));
    });
  }

  udp(): UdpSocket {
    const socket = createSocket("udp4");
    this.ends({ destroy: () => socket.close() });
    return socket;
  }

  send(socket: UdpSocket, text: string): Promise<unknown> {
    return new Promise((resolve) => socket.send(text, this.port("udp"), "127.0.0.1", resolve));
  }

  /** Ends a connection when the test does. */
  ends(socket: { destroy(): void }): void {
    this.#sockets.push(socket);
  }
}
