import type { Clock } from "../../base/clock.ts";
import { currentTraceparent, type Tracing } from "../../base/tracing.ts";
import type { MemberView } from "../../cluster/index.ts";
import { Connection } from "../../client/index.ts";
import type { TlsSource } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";

/** More than the 500 nodes that a cluster may have; beyond it all are closed, since most are to nodes that are gone. */
const mostConnections = 512;

export interface PeersSetup {
  /** Name of this cluster. */
  readonly cluster: string;
  /** This node's certificate, by which the others know it. Absent: they know it by the operator token. */
  readonly tls?: TlsSource | undefined;
  /** The operator token as it is now. */
  readonly operatorToken: () => string | undefined;
  readonly clock: Clock;
  readonly members: () => Promise<readonly MemberView[]>;
  /** A call that is passed on stays in its trace. */
  readonly tracing: Tracing;
}

/** The control services of the other nodes. */
export class Peers {
  readonly #setup: PeersSetup;
  readonly #connections = new Map<string, Connection>();
  #token: string | undefined;

  constructor(setup: PeersSetup) {
    this.#setup = setup;
  }

  /** The node of this id, whatever it does. @throws ControlError `node-unknown` */
  async member(node: string): Promise<MemberView> {
    const member = (await this.#setup.members()).find(({ id }) => id === node);
    if (member !== undefined) return member;
    throw new ControlError("node-unknown", `there is no node ${JSON.stringify(node)}: see cluster members`, {
      ids: { node },
    });
  }

  /** A connection to a node that is up. @throws ControlError `node-unknown`, `node-gone` */
  async connect(node: string): Promise<Connection> {
    const { state, address } = await this.member(node);
    if (state === "up" || state === "draining") return this.#to(node, address);
    throw new ControlError("node-gone", `node ${node} ${state === "left" ? "has left the cluster" : "is dead"}`, {
      ids: { node },
    });
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #to(node: string, address: string): Connection {
    const { cluster, tls, clock, tracing } = this.#setup;
    const token = tls === undefined ? this.#setup.operatorToken() : undefined;
    if (token !== this.#token) this.close();
    this.#token = token;
    const key = `${node} ${address}`;
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    if (this.#connections.size >= mostConnections) this.close();
    const connection = new Connection({
      address,
      clock,
      traceparent: () => currentTraceparent(tracing),
      ...(token === undefined ? {} : { token }),
      ...(tls === undefined ? {} : { tls: { source: tls, cluster }, expectedNode: node }),
    });
    this.#connections.set(key, connection);
    return connection;
  }
}
