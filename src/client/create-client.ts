import { ClusterConnection, type ClusterConnectionOptions } from "./cluster-connection.ts";
import { controlClient, type ControlClient } from "./control-client.ts";
import { detectionClient, type DetectionClient } from "./detection-client.ts";
import { eventsClient, type EventsClient } from "./events-client.ts";
import { guardClient, type GuardClient } from "./guard-client.ts";
import { runsClient, type RunsClient } from "./runs-client.ts";
import { scansClient, type ScansClient } from "./scans-client.ts";

export interface ClientOptions extends Omit<ClusterConnectionOptions, "addresses"> {
  /** Of a node's control service, HOST:PORT: a loopback address unless there is TLS. Several are nodes of one cluster, the first is called while it answers. */
  readonly address: string | readonly [string, ...string[]];
}

/** The control plane of a cluster, typed. */
export interface GarrisonClient {
  readonly scans: ScansClient;
  readonly events: EventsClient;
  readonly runs: RunsClient;
  readonly detection: DetectionClient;
  readonly guard: GuardClient;
  readonly control: ControlClient;
  close(): void;
}

/**
 * A client of the node at `address`, or of whichever of several answers; a watch also goes on at other members of the cluster. No
 * connection is made before the first call.
 *
 * @throws ClientError `invalid` for an address that cannot be called, or a token that cannot be one
 */
export const createClient = ({ address, ...options }: ClientOptions): GarrisonClient => {
  const addresses = typeof address === "string" ? ([address] as const) : address;
  const connection = new ClusterConnection({ ...options, addresses });
  return {
    scans: scansClient(connection, options.clock),
    events: eventsClient(connection),
    runs: runsClient(connection, options.clock),
    detection: detectionClient(connection, options.clock),
    guard: guardClient(connection, options.clock),
    control: controlClient(connection, options.clock),
    close: () => connection.close(),
  };
};
