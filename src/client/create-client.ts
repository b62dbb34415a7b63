import { Connection, type ConnectionOptions } from "./connection.ts";
import { controlClient, type ControlClient } from "./control-client.ts";
import { scansClient, type ScansClient } from "./scans-client.ts";

/** The control plane of one node, typed. */
export interface GarrisonClient {
  readonly scans: ScansClient;
  readonly control: ControlClient;
  close(): void;
}

/**
 * A client of the node at `address`. No connection is made before the first call.
 *
 * @throws ClientError `invalid` for an address that is not loopback, or a token that cannot be one
 */
export const createClient = (options: ConnectionOptions): GarrisonClient => {
  const connection = new Connection(options);
  return {
    scans: scansClient(connection, options.clock),
    control: controlClient(connection, options.clock),
    close: () => connection.close(),
  };
};
