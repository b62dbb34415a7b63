import type { OpenAsk, RemoteCell, RemotePort } from "../../../kernel/index.ts";
import type { ActorRef } from "../../../wire/index.ts";
import { linksClosed, nodeGone } from "../failures.ts";
import type { RemoteMessage, RemoteProtocol } from "../protocol.ts";
import type { Peer } from "./peer.ts";
import type { Target } from "./target.ts";

/** What a target needs of its node. */
export interface TargetSetup {
  readonly protocol: RemoteProtocol<never>;
  /** The live incarnation of another node; `undefined`: the table of members knows none, or not the one that is meant. */
  readonly peer: (ref: ActorRef) => Peer | undefined;
  /** This node ends: that there is no peer says nothing of the actor. */
  readonly closed: () => boolean;
  /** Nothing can be sent, since its node is not there. */
  readonly unreachable: (ref: ActorRef, message: unknown) => void;
}

/** The way to one actor of another node; one for each address. */
export class RemoteTarget implements RemotePort, Target {
  readonly ref: ActorRef;
  readonly protocol: RemoteProtocol<never>;
  number = 0;
  readonly #setup: TargetSetup;
  #peer: Peer | undefined = undefined;
  #watching: RemoteCell | undefined = undefined;

  constructor(setup: TargetSetup, ref: ActorRef) {
    this.#setup = setup;
    this.ref = ref;
    this.protocol = setup.protocol;
  }

  get watched(): boolean {
    return this.#watching?.watched === true;
  }

  tell(_cell: RemoteCell, message: unknown): boolean {
    const peer = this.#livePeer();
    if (peer !== undefined) return peer.tell(this, typed(message));
    this.#setup.unreachable(this.ref, message);
    return false;
  }

  ask(_cell: RemoteCell, message: unknown, ask: OpenAsk): void {
    const peer = this.#livePeer();
    if (peer !== undefined) {
      peer.ask(this, typed(message), ask);
      return;
    }
    this.#setup.unreachable(this.ref, message);
    ask.fail(this.#setup.closed() ? linksClosed(this.ref) : nodeGone(this.ref));
  }

  watch(cell: RemoteCell): void {
    const peer = this.#livePeer();
    this.#watching = cell;
    if (peer !== undefined) peer.watches.begin(this, cell);
    else if (!this.#setup.closed()) cell.ended();
  }

  unwatch(cell: RemoteCell): void {
    this.#peer?.watches.end(cell);
  }

  async stop(): Promise<void> {
    const peer = this.#livePeer();
    if (peer !== undefined) return peer.stops.request(this);
    // (A node that is gone has no actors: as when it ends meanwhile.)
    if (this.#setup.closed()) throw linksClosed(this.ref);
  }

  #livePeer(): Peer | undefined {
    if (this.#peer?.live !== true) this.#peer = this.#setup.peer(this.ref);
    return this.#peer;
  }
}

/** An address was typed by the protocol that made it, all of whose messages have a type. */
const typed = (message: unknown): RemoteMessage => message as RemoteMessage;
