import {
  defaultRelaySettings,
  type RelayDesk,
  type RelaySettings,
  type RelaySetup,
} from "../../../actors/detect/index.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { currentTraceparent, type Tracing } from "../../../base/tracing.ts";
import { NodeConnections } from "../../../client/index.ts";
import type { NodeIdentity } from "../../../cluster/index.ts";
import type { Config } from "../../../config/index.ts";
import { remoteCentre, startRelayDoor, type DetectStatistics, type Refusals } from "../../../control/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { Space } from "../../../store/index.ts";
import type { TlsSource } from "../../../wire/index.ts";
import type { Closing } from "../end/closing.ts";
import { hostName } from "./host-name.ts";
import type { MemberPlaces } from "./member-places.ts";
import { relayProcesses } from "./relay-processes.ts";

export interface RelayPartOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  /** The space `detect`. */
  readonly space: Space;
  readonly tracing: Tracing;
  readonly log: Logger;
  readonly identity: Pick<NodeIdentity, "id" | "incarnation">;
  readonly places: MemberPlaces;
  readonly tls: TlsSource | undefined;
  /** As it is now, for nodes that are called without TLS. */
  readonly operatorToken: () => string | undefined;
  readonly refusals: Refusals;
  readonly statistics: DetectStatistics;
  readonly closing: Closing;
  /** Told of the desk of the relay when this node becomes the one of its host. */
  readonly onDesk: (desk: RelayDesk) => void;
}

const settingsOf = ({ detect }: Config): RelaySettings => ({
  ...defaultRelaySettings,
  windowMs: detect.windowMs,
  heartbeatMs: detect.heartbeatMs,
  heartbeatTimeoutMs: detect.heartbeatTimeoutMs,
  objectsPath: detect.cachePath,
  objectBytes: detect.cacheBytes,
  objectMaxAgeMs: detect.objectTtlMs,
});

/** What a node needs to be the relay of its host, as soon as no other node is. */
export const openRelayPart = async (options: RelayPartOptions): Promise<RelaySetup> => {
  const { config, clock, random, space, tracing, log, identity, places, tls, operatorToken } = options;
  const { refusals, statistics, closing, onDesk } = options;
  const connections = new NodeConnections({
    token: operatorToken,
    tls: tls && { source: tls, cluster: config.cluster.name },
    clock,
    traceparent: () => currentTraceparent(tracing),
  });
  closing.add("the relay's connections to the centre", () => connections.close());
  return {
    identity: { host: config.detect.host ?? (await hostName()), incarnation: random.id() },
    centre: remoteCentre({ connections, nodes: places.centres, clock }),
    space,
    owner: `${identity.id}.${identity.incarnation}`,
    openDoor: (desk) => {
      onDesk(desk);
      const { socket } = config.detect;
      return startRelayDoor({ socket, desk, clock, random, log, tracing, refusals, statistics: statistics.called });
    },
    settings: settingsOf(config),
    processes: relayProcesses(config, clock, log),
  };
};
