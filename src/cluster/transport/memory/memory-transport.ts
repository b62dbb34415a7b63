import type { AcceptHandler, Channel, ChannelEvents, DialledPeer, Transport, TransportFailure } from "../transport.ts";
import type { MemoryEnd } from "./memory-end.ts";

export interface MemoryNodeSetup {
  readonly node: string;
  /** Where the others dial it. */
  readonly address: string;
  /** The node that its certificate names; `undefined`: it has none. */
  readonly certifiedNode?: string;
}

/** What a network does for its nodes. */
export interface MemoryWires {
  connect(from: MemoryTransport, peer: DialledPeer, events: ChannelEvents): Channel;
  leave(transport: MemoryTransport): void;
}

/** A node in a `MemoryNetwork`. */
export class MemoryTransport implements Transport {
  readonly setup: MemoryNodeSetup;
  readonly #wires: MemoryWires;
  readonly #ends = new Set<MemoryEnd>();
  #handler: AcceptHandler | undefined;
  #closed = false;

  constructor(wires: MemoryWires, setup: MemoryNodeSetup) {
    this.#wires = wires;
    this.setup = setup;
  }

  dial(peer: DialledPeer, events: ChannelEvents): Channel {
    return this.#wires.connect(this, peer, events);
  }

  accept(handler: AcceptHandler): void {
    this.#handler = handler;
  }

  /** A connection from outside has come to its end here. */
  opened(end: MemoryEnd, from: MemoryNodeSetup, dialled: string): ChannelEvents | TransportFailure {
    if (this.#closed || this.#handler === undefined) return nobody(this.setup.address);
    const { certifiedNode } = this.setup;
    if (certifiedNode !== undefined && certifiedNode !== dialled) {
      return { code: "certificate", message: `the certificate is that of "${certifiedNode}", not of "${dialled}"` };
    }
    return this.#handler(end, { certifiedNode: from.certifiedNode, from: from.address });
  }

  /** From its beginning to its end, so that it is closed with the transport. */
  hold(end: MemoryEnd): void {
    if (this.#closed) end.fail(closed);
    else this.#ends.add(end);
  }

  letGo(end: MemoryEnd): void {
    this.#ends.delete(end);
  }

  close(): Promise<void> {
    if (!this.#closed) this.#wires.leave(this);
    this.#closed = true;
    for (const end of [...this.#ends]) end.close();
    return Promise.resolve();
  }
}

export const nobody = (address: string): TransportFailure => ({
  code: "unreachable",
  message: `nobody listens at ${address}`,
});

const closed: TransportFailure = { code: "closed", message: "the transport was closed" };
