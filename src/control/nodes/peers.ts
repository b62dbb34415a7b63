import type { Clock } from "../../base/clock.ts";
import { currentTraceparent, type Tracing } from "../../base/tracing.ts";
import type { MemberView } from "../../cluster/index.ts";
import { NodeConnections, type Connection } from "../../client/index.ts";
import type { TlsSource } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";

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
  readonly #connections: NodeConnections;

  constructor(setup: PeersSetup) {
    this.#setup = setup;
    const { cluster, tls, operatorToken, clock, tracing } = setup;
    this.#connections = new NodeConnections({
      token: operatorToken,
      tls: tls && { source: tls, cluster },
      clock,
      traceparent: () => currentTraceparent(tracing),
    });
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
    if (state === "up" || state === "draining") return this.#connections.to(address, node);
    throw new ControlError("node-gone", `node ${node} ${state === "left" ? "has left the cluster" : "is dead"}`, {
      ids: { node },
    });
  }

  close(): void {
    this.#connections.close();
  }
}
