import type { NodeRef } from "./node-ref.ts";
import type { LinkRefusal } from "./refusal.ts";

/** What has to be told to the connection that another one takes the place of. */
interface Replaceable {
  refuse(reason: LinkRefusal, message: string): void;
}

/** One incarnation of a node, as a sender: what it sent is counted over all its connections. */
export class InboundPeer {
  readonly ref: NodeRef;
  /** The last envelope that was handled; 0: none. */
  handled = 0;
  #epoch = 0;
  #connection: Replaceable | undefined;

  constructor(ref: NodeRef) {
    this.ref = ref;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** @param epoch has to be above the one before */
  connect(connection: Replaceable, epoch: number): void {
    const former = this.#connection;
    this.#epoch = epoch;
    this.#connection = connection;
    former?.refuse("replaced", `"${this.ref.node}" has connected anew`);
  }

  left(connection: Replaceable): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  refuse(reason: LinkRefusal, message: string): void {
    this.#connection?.refuse(reason, message);
  }
}
