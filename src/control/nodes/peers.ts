import type { Clock } from "../../base/clock.ts";
import type { MemberView } from "../../cluster/index.ts";
import { Connection } from "../../client/index.ts";
import { ControlError } from "../errors.ts";

/** More than the 500 nodes that a cluster may have; beyond it all are closed, since most are to nodes that are gone. */
const mostConnections = 512;

export interface PeersSetup {
  readonly token: string;
  readonly clock: Clock;
  readonly members: () => Promise<readonly MemberView[]>;
}

/** The control services of the other nodes. */
export class Peers {
  readonly #setup: PeersSetup;
  readonly #connections = new Map<string, Connection>();

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
    if (state === "up" || state === "draining") return this.#at(address);
    throw new ControlError("node-gone", `node ${node} ${state === "left" ? "has left the cluster" : "is dead"}`, {
      ids: { node },
    });
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #at(address: string): Connection {
    const known = this.#connections.get(address);
    if (known !== undefined) return known;
    if (this.#connections.size >= mostConnections) this.close();
    const { token, clock } = this.#setup;
    const connection = new Connection({ address, token, clock, forwarded: true });
    this.#connections.set(address, connection);
    return connection;
  }
}
