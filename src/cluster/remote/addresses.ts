import type { ActorSystem, Address, RemotePort } from "../../kernel/index.ts";
import type { ActorRef } from "../../wire/index.ts";
import type { RemoteProtocol } from "./protocol.ts";

/** The way to an actor, as far as the addresses of a node need to know it. */
export interface AddressedPort extends RemotePort {
  /** Somebody waits for its end through this address: another address of the same actor would not know. */
  readonly watched: boolean;
}

interface Known {
  readonly address: Address<never>;
  readonly port: AddressedPort;
}

/** Addresses that are kept for the next one who names the same actor. */
const mostKept = 16_384;
const mostLooks = 64;

/** The addresses that were made of one actor are one: watching twice is one watch, and its number on a link is given once. */
export class Addresses {
  readonly #known = new Map<string, Known>();
  readonly #refs = new WeakMap<Address<never>, ActorRef>();
  readonly #system: ActorSystem;

  constructor(system: ActorSystem) {
    this.#system = system;
  }

  /** @param make the way to the actor, if there is no address of it yet */
  of<Message>(protocol: RemoteProtocol<Message>, ref: ActorRef, make: () => AddressedPort): Address<Message> {
    const { node, nodeIncarnation, path, incarnation } = ref;
    // None of the parts before the path can have a slash, with which every path begins.
    const key = `${protocol.name} ${node} ${nodeIncarnation} ${incarnation}${path}`;
    const known = this.#known.get(key);
    // The key has the protocol, which says what the actor understands.
    if (known !== undefined) return known.address as Address<Message>;
    if (this.#known.size >= mostKept) this.#makeRoom();
    const port = make();
    const address = this.#system.remoteAddress<Message>(port, { node, path, incarnation });
    this.#known.set(key, { address, port });
    this.#refs.set(address, ref);
    return address;
  }

  /** What a remote address stands for; `undefined` for one that was not made here. */
  refOf(address: Address<never>): ActorRef | undefined {
    return this.#refs.get(address);
  }

  /** Drops the oldest that nobody watches. If there is none near the front, the bound gives way: watches have one of their own. */
  #makeRoom(): void {
    let looks = 0;
    for (const [key, known] of this.#known) {
      this.#known.delete(key);
      if (!known.port.watched) return;
      this.#known.set(key, known);
      looks += 1;
      if (looks === mostLooks) return;
    }
  }
}
