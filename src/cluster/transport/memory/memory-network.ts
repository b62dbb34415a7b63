import type { Clock } from "../../../base/clock.ts";
import type { Channel, ChannelEvents, DialledPeer, Transport, TransportFailure } from "../transport.ts";
import { MemoryEnd } from "./memory-end.ts";
import { MemoryTransport, nobody, type MemoryNodeSetup, type MemoryWires } from "./memory-transport.ts";

export interface MemoryNetworkSetup {
  readonly clock: Clock;
  /** How long a frame travels, in milliseconds; asked for each (default 0). */
  readonly delayMs?: () => number;
}

interface Connection {
  readonly from: MemoryEnd;
  readonly to: MemoryEnd;
}

/** A network in one process, with faults at will: for tests and the simulation. Equal clocks and delays give equal runs. */
export class MemoryNetwork implements MemoryWires {
  readonly #clock: Clock;
  readonly #delayMs: () => number;
  readonly #nodes = new Map<string, MemoryTransport>();
  readonly #connections = new Set<Connection>();
  readonly #cuts = new Set<string>();

  constructor({ clock, delayMs = () => 0 }: MemoryNetworkSetup) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** A node joins, and listens at its address in place of whoever did before. */
  transport(setup: MemoryNodeSetup): Transport {
    const transport = new MemoryTransport(this, setup);
    this.#nodes.set(setup.address, transport);
    return transport;
  }

  /** From now on nothing that one node sends arrives at the other: connections stay, and what is on the way waits. */
  cut(from: string, to: string): void {
    this.#cuts.add(direction(from, to));
  }

  heal(from: string, to: string): void {
    if (!this.#cuts.delete(direction(from, to))) return;
    for (const connection of [...this.#connections]) {
      connection.from.go();
      connection.to.go();
    }
  }

  /** Ends every connection between two nodes; what is on the way is gone. */
  reset(a: string, b: string): void {
    for (const { from, to } of [...this.#connections]) {
      if (![a, b].includes(from.node) || ![a, b].includes(to.node)) continue;
      from.fail(wasReset);
      to.fail(wasReset);
    }
  }

  connect(dialler: MemoryTransport, peer: DialledPeer, events: ChannelEvents): Channel {
    const { node } = dialler.setup;
    const target = (): MemoryTransport | undefined => this.#nodes.get(peer.address);
    const targetNode = target()?.setup.node ?? peer.node;
    const onEnd = (): void => {
      dialler.letGo(from);
      target()?.letGo(to);
      if (from.ended && to.ended) this.#connections.delete(connection);
    };
    const from: MemoryEnd = new MemoryEnd({
      ...this.#facts(node, targetNode),
      other: () => to,
      opened: () => nobody(peer.address),
      onEnd,
    });
    const to: MemoryEnd = new MemoryEnd({
      ...this.#facts(targetNode, node),
      other: () => from,
      opened: () => {
        const listening = target();
        if (listening === undefined) return nobody(peer.address);
        listening.hold(to);
        return listening.opened(to, dialler.setup, peer.node);
      },
      onEnd,
    });
    const connection: Connection = { from, to };
    this.#connections.add(connection);
    from.dial(events);
    dialler.hold(from);
    return from;
  }

  leave(transport: MemoryTransport): void {
    const { address } = transport.setup;
    if (this.#nodes.get(address) === transport) this.#nodes.delete(address);
  }

  #facts(node: string, to: string) {
    return {
      node,
      clock: this.#clock,
      delayMs: this.#delayMs,
      isCut: () => this.#cuts.size > 0 && this.#cuts.has(direction(node, to)),
    };
  }
}

const direction = (from: string, to: string): string => JSON.stringify([from, to]);
const wasReset: TransportFailure = { code: "lost", message: "the connection was reset" };
