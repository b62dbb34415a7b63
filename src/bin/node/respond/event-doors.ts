import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Config } from "../../../config/index.ts";
import {
  startEventsDoor,
  startSyslogDoor,
  type EventStatistics,
  type Refusals,
  type RespondServices,
} from "../../../control/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { TlsSource } from "../../../wire/index.ts";
import type { Closing } from "../end/closing.ts";
import { readSecret } from "./read-secrets.ts";

export interface EventDoorsOptions {
  readonly config: Config;
  readonly services: Pick<RespondServices, "sink" | "eventsPerSecond">;
  readonly statistics: EventStatistics;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly tls: TlsSource | undefined;
  readonly closing: Closing;
}

/** Opens the doors for events that the config names, beside the gRPC service. @throws ControlError, UsageError */
export const openEventDoors = async (options: EventDoorsOptions): Promise<void> => {
  const { config, services, statistics, refusals, clock, random, log, closing } = options;
  const { http, syslog } = config.respond;
  const tls = options.tls && { source: options.tls, cluster: config.cluster.name };
  const common = { ...services, statistics, refusals, clock, random, log, tls };
  if (http.listen !== undefined) {
    const sources = await Promise.all(
      http.sources.map(async ({ secretFile, ...source }) => ({
        ...source,
        secret: await readSecret(source.name, secretFile),
      })),
    );
    const door = await startEventsDoor({ ...common, listen: http.listen, sources });
    closing.add("the HTTP door for events", () => door.close());
    log.info({ address: door.address }, "events are taken over HTTP");
  }
  const { udp, tcp, tls: encrypted, ...senders } = syslog;
  if ((udp ?? tcp ?? encrypted) === undefined) return;
  const door = await startSyslogDoor({ ...common, ...senders, listen: { udp, tcp, tls: encrypted } });
  closing.add("the syslog door", () => door.close());
  log.info(door.addresses, "events are taken over syslog");
};
