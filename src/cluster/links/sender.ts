import type { Clock, Timer } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import {
  ByteReader,
  helloFrame,
  linkProtocolVersion,
  probeFrame,
  type ByteWriter,
  type LinkAck,
  type LinkWelcome,
} from "../../wire/index.ts";
import type { Transport } from "../transport/transport.ts";
import type { Backoff } from "./backoff.ts";
import type { Link, LinkEnd, LinkEvents, Sent } from "./link.ts";
import type { LinkCounters } from "./link-counters.ts";
import type { LinkView } from "./link-view.ts";
import type { NodeRef } from "./node-ref.ts";
import { OutboundConnection, type ConnectionEnd, type OutboundOwner } from "./outbound-connection.ts";
import type { Outbox } from "./outbox.ts";
import { Probes } from "./probes.ts";

export interface SenderSetup {
  readonly self: NodeRef;
  readonly cluster: string;
  readonly settingsDigest: string;
  readonly peer: NodeRef;
  /** host:port */
  readonly address: string;
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly backoff: Backoff;
  readonly counters: LinkCounters;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseMs: number;
  /** The outbox has become empty. */
  readonly onEmpty: () => void;
}

/** A connection that lived so long is followed by the next one soon. */
const steadyMs = 1_000;

const settled = Promise.resolve();

/** The link to one incarnation of a peer: it connects again and again until it is ended, and sends what its outbox holds. */
export class Sender implements Link, OutboundOwner {
  readonly peer: NodeRef;
  readonly #setup: SenderSetup;
  readonly #outbox: Outbox;
  #connection: OutboundConnection;
  #epoch = 0;
  #connectedMs = 0;
  #windowBytes = 0;
  #met = false;
  #lastEnd: ConnectionEnd | undefined;
  readonly #probes: Probes;
  #retry: Timer | undefined;
  #flushing = false;
  #ended = false;

  /** Connects at once. */
  constructor(setup: SenderSetup) {
    this.peer = setup.peer;
    this.#setup = setup;
    this.#outbox = setup.outbox;
    this.#probes = new Probes({
      clock: setup.clock,
      leaseMs: setup.leaseMs,
      probe: (number) => this.#probe(number),
      giveUp: () => this.#connection.refuse("silent", `nothing came back for ${setup.leaseMs} ms`),
    });
    this.#connection = this.#connect();
  }

  send<Value>(write: (writer: ByteWriter, value: Value) => void, value: Value): Sent {
    if (this.#ended) return "ended";
    if (!this.#flushing) {
      this.#flushing = true;
      this.#outbox.turn(this.#setup.clock.monotonicMs());
      void settled.then(this.#flushTurn);
    }
    return this.#outbox.append(write, value);
  }

  get up(): boolean {
    return this.#connection.up;
  }

  get empty(): boolean {
    return this.#outbox.envelopes === 0;
  }

  view(): LinkView {
    return {
      node: this.peer.node,
      incarnation: this.peer.incarnation,
      state: this.up ? "up" : this.#wasRefused() ? "refused" : "connecting",
      met: this.#met,
      reason: this.#lastEnd?.reason,
      silentMs: this.#probes.silentMs,
      unansweredProbes: this.#probes.unanswered,
      epoch: this.#epoch,
      outboxEnvelopes: this.#outbox.envelopes,
      outboxBytes: this.#outbox.bytes,
    };
  }

  /** Ends the link for ever: tells what was not acknowledged, and that nothing follows. Idempotent. */
  end(events: LinkEvents, why: LinkEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#retry?.cancel();
    this.#probes.stop();
    this.#connection.close();
    this.#outbox.empty(new ByteReader(), new ByteReader(), (envelope) => {
      this.#setup.counters.undelivered += 1;
      events.onUndelivered(this.peer, envelope);
    });
    events.onEnded(this.peer, why);
  }

  onWelcome({ incarnation, handled, windowBytes }: LinkWelcome): boolean {
    const { counters, clock, log } = this.#setup;
    if (incarnation !== this.peer.incarnation || !this.#outbox.rewind(handled)) return false;
    this.#windowBytes = windowBytes;
    this.#connectedMs = clock.monotonicMs();
    this.#met = true;
    counters.connected += 1;
    log.debug({ peer: this.peer.node, epoch: this.#epoch }, "link is up");
    this.#goOn();
    return true;
  }

  onAck({ handled, windowBytes }: LinkAck): boolean {
    if (!this.#outbox.acknowledge(handled)) return false;
    this.#windowBytes = windowBytes;
    this.#goOn();
    return true;
  }

  onHeard(): void {
    this.#probes.heard();
  }

  onDrain(): void {
    this.#flush();
  }

  onEnd(end: ConnectionEnd): void {
    const { counters, clock, backoff, log } = this.#setup;
    if (end.by === "transport") counters.failures[end.reason] += 1;
    else if (end.by === "us") counters.refusedByUs[end.reason] += 1;
    else counters.refusedByPeers[end.reason] += 1;
    if (end.reason !== this.#lastEnd?.reason || end.by !== this.#lastEnd.by) {
      log.warn({ peer: this.peer.node, epoch: this.#epoch, ...end }, "link ended; it is tried again");
    }
    this.#lastEnd = end;
    if (this.#connectedMs > 0 && clock.monotonicMs() - this.#connectedMs >= steadyMs) backoff.reset();
    this.#connectedMs = 0;
    this.#retry = clock.after(backoff.next(), () => (this.#connection = this.#connect()), true);
  }

  #connect(): OutboundConnection {
    const { transport, address, self, cluster, settingsDigest } = this.#setup;
    this.#epoch += 1;
    this.#probes.begun();
    const connection = new OutboundConnection(this);
    const hello = helloFrame({
      protocolVersion: linkProtocolVersion,
      cluster,
      fromNode: self.node,
      fromIncarnation: self.incarnation,
      toNode: this.peer.node,
      toIncarnation: this.peer.incarnation,
      epoch: this.#epoch,
      settingsDigest,
      firstHeld: this.#outbox.firstHeld,
    });
    connection.open(transport.dial({ node: this.peer.node, address }, connection), hello);
    return connection;
  }

  readonly #flushTurn = (): void => {
    this.#flushing = false;
    this.#flush();
  };

  /** The peer has told what it has handled. */
  #goOn(): void {
    if (this.empty) this.#setup.onEmpty();
    else this.#flush();
  }

  /** Sends what the peer's window and the transport have room for. */
  #flush(): void {
    const connection = this.#connection;
    if (!this.#outbox.hasUnsent || !connection.canSend()) return;
    const nowMs = this.#setup.clock.monotonicMs();
    while (connection.canSend()) {
      const frame = this.#outbox.next(this.#windowBytes, nowMs);
      if (frame === undefined) return;
      connection.send(frame);
    }
  }

  #probe(number: number): void {
    // On a connection without room, what waits there is probe enough.
    if (!this.#connection.canSend()) return;
    this.#setup.counters.probes += 1;
    this.#connection.send(probeFrame(number));
  }

  #wasRefused(): boolean {
    // That a peer is silent says nothing of what it would say.
    return this.#lastEnd !== undefined && this.#lastEnd.by !== "transport" && this.#lastEnd.reason !== "silent";
  }
}
