import type { Clock } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import type { Logger } from "../../kernel/index.ts";
import type { ByteReader, LinkHello } from "../../wire/index.ts";
import { isLive, type TableView } from "../table.ts";
import type { AcceptedPeer, Channel, ChannelEvents } from "../transport/transport.ts";
import { judgeHello, type OwnPlace } from "./admission.ts";
import type { LinkBounds } from "./bounds.ts";
import { InboundConnection, type InboundOwner } from "./inbound-connection.ts";
import { InboundPeer } from "./inbound-peer.ts";
import type { LinkEvents } from "./link.ts";
import type { LinkCounters } from "./link-counters.ts";
import type { NodeRef } from "./node-ref.ts";
import type { LinkRefusal } from "./refusal.ts";
import type { RefusalLog } from "./refusal-log.ts";

export interface ReceiverSetup {
  readonly own: OwnPlace;
  readonly bounds: LinkBounds;
  readonly counters: LinkCounters;
  readonly clock: Clock;
  readonly log: Logger;
  readonly refusals: RefusalLog;
  readonly events: LinkEvents;
  /** The latest table that this node knows. */
  readonly view: () => TableView;
  /** Reads the table anew. May reject. */
  readonly refresh: () => Promise<unknown>;
}

/** What the links of other nodes bring to this one. */
export class Receiver implements InboundOwner {
  readonly #setup: ReceiverSetup;
  /** By node: of each the incarnation that is live. */
  readonly #peers = new Map<string, InboundPeer>();
  readonly #connections = new Set<InboundConnection>();
  #refreshing: Promise<unknown> | undefined;
  #closed = false;

  constructor(setup: ReceiverSetup) {
    this.#setup = setup;
  }

  accept(channel: Channel, peer: AcceptedPeer): ChannelEvents {
    const { own, bounds, counters, clock } = this.#setup;
    const connection = new InboundConnection({
      owner: this,
      channel,
      peer,
      incarnation: own.self.incarnation,
      windowBytes: bounds.windowBytes,
      counters,
      clock,
    });
    const waiting = [...this.#connections].filter(({ sender }) => sender === undefined).length;
    this.#connections.add(connection);
    if (this.#closed) connection.refuse("closing", "the node ends");
    else if (waiting >= bounds.handshakes) connection.refuse("too-many", `${waiting} connections wait for their hello`);
    return connection;
  }

  onHello(connection: InboundConnection, hello: LinkHello): void {
    const refused = judgeHello(hello, connection.peer, this.#setup.own);
    if (refused !== undefined) return connection.refuse(refused.reason, refused.message);
    if (this.#isLive(hello)) return this.#welcome(connection, hello);
    void this.#readTable().then(() => {
      if (connection.ended) return;
      if (this.#isLive(hello)) return this.#welcome(connection, hello);
      const message = `"${hello.fromNode}" in its incarnation ${hello.fromIncarnation} takes no part in the cluster, as far as ${this.#setup.own.self.node} knows`;
      connection.refuse("unknown-sender", message);
    });
  }

  onEnvelope(from: NodeRef, envelope: ByteReader, heldMs: number): void {
    try {
      this.#setup.events.onEnvelope(from, envelope, heldMs);
    } catch (error) {
      this.#setup.counters.handlerFailures += 1;
      this.#setup.log.error({ peer: from.node, err: asError(error) }, "an envelope could not be handled");
    }
  }

  onRefused({ peer, sender }: InboundConnection, reason: LinkRefusal, message: string): void {
    this.#setup.counters.refusedByUs[reason] += 1;
    this.#setup.refusals.note(reason, { peer: sender?.ref.node, from: peer.from, message });
  }

  onEnd(connection: InboundConnection): void {
    this.#connections.delete(connection);
    connection.sender?.left(connection);
  }

  /** Forgets the senders that the table no longer calls live. */
  tableChanged(view: TableView): void {
    for (const [node, peer] of this.#peers) {
      if (isLive(view, node, peer.ref.incarnation)) continue;
      this.#peers.delete(node);
      peer.refuse("unknown-sender", "the table of members says that this incarnation has ended");
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections) connection.refuse("closing", "the node ends");
  }

  #isLive({ fromNode, fromIncarnation }: LinkHello): boolean {
    return isLive(this.#setup.view(), fromNode, fromIncarnation);
  }

  #welcome(connection: InboundConnection, hello: LinkHello): void {
    const known = this.#peers.get(hello.fromNode);
    const sender = known ?? new InboundPeer({ node: hello.fromNode, incarnation: hello.fromIncarnation });
    if (hello.epoch <= sender.epoch) {
      return connection.refuse("stale-epoch", `connection ${sender.epoch} was seen, this is ${hello.epoch}`);
    }
    if (hello.firstHeld > sender.handled + 1) {
      return connection.refuse("gap", `the sender begins at ${hello.firstHeld}, ${sender.handled} was handled last`);
    }
    this.#peers.set(hello.fromNode, sender);
    sender.connect(connection, hello.epoch);
    this.#setup.counters.accepted += 1;
    connection.welcome(sender);
  }

  /** One read at a time, for all who wait. */
  #readTable(): Promise<unknown> {
    this.#refreshing ??= this.#setup
      .refresh()
      .catch(() => undefined)
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }
}
