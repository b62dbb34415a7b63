import { Connection, type ConnectionOptions } from "./connection.ts";

/** More than the 500 nodes that a cluster may have; beyond it all are closed, since most are to nodes that are gone. */
const mostConnections = 512;

export interface NodeConnectionsOptions extends Omit<ConnectionOptions, "address" | "token" | "expectedNode"> {
  /** The token as it is now, for nodes that are called without TLS. */
  readonly token: () => string | undefined;
}

/** A connection to each node that one node of a cluster calls. */
export class NodeConnections {
  readonly #options: NodeConnectionsOptions;
  readonly #connections = new Map<string, Connection>();
  #token: string | undefined;

  constructor(options: NodeConnectionsOptions) {
    this.#options = options;
  }

  /**
   * @param node id that the node has to have; undefined: any of the cluster
   * @throws ClientError `invalid` for an address that cannot be called
   */
  to(address: string, node?: string): Connection {
    const { token: tokenNow, ...options } = this.#options;
    const token = options.tls === undefined ? tokenNow() : undefined;
    if (token !== this.#token) this.close();
    this.#token = token;
    const key = `${node ?? ""} ${address}`;
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    if (this.#connections.size >= mostConnections) this.close();
    const connection = new Connection({
      ...options,
      address,
      expectedNode: node,
      ...(token === undefined ? {} : { token }),
    });
    this.#connections.set(key, connection);
    return connection;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }
}
