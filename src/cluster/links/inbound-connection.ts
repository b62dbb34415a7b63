import type { Clock, Timer } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import { unreachable } from "../../base/unreachable.ts";
import {
  ackFrame,
  ByteReader,
  decodeSenderFrame,
  eachEnvelope,
  probeAnswerFrame,
  receiverRefuseFrame,
  welcomeFrame,
  type LinkBatch,
  type LinkHello,
  type SenderFrame,
} from "../../wire/index.ts";
import type { AcceptedPeer, Channel, ChannelEvents, TransportFailure } from "../transport/transport.ts";
import type { InboundPeer } from "./inbound-peer.ts";
import type { LinkCounters } from "./link-counters.ts";
import type { NodeRef } from "./node-ref.ts";
import { knownReason, refusalText, type LinkRefusal } from "./refusal.ts";

export interface InboundOwner {
  /** Answers with `welcome` or `refuse`, now or later. */
  onHello(connection: InboundConnection, hello: LinkHello): void;
  onEnvelope(from: NodeRef, envelope: ByteReader, heldMs: number): void;
  /** Before `onEnd`. */
  onRefused(connection: InboundConnection, reason: LinkRefusal, message: string): void;
  /** Once. */
  onEnd(connection: InboundConnection): void;
}

export interface InboundSetup {
  readonly owner: InboundOwner;
  readonly channel: Channel;
  readonly peer: AcceptedPeer;
  readonly incarnation: string;
  readonly windowBytes: number;
  readonly counters: LinkCounters;
  readonly clock: Clock;
}

const handshakeMs = 5_000;
/** Part of the window after which it is acknowledged at once, and how long it may wait otherwise. */
const ackPart = 1 / 8;
const ackMs = 20;

/** One connection of a sender to this node, from its hello to its end. */
export class InboundConnection implements ChannelEvents {
  readonly peer: AcceptedPeer;
  readonly #setup: InboundSetup;
  readonly #reader = new ByteReader();
  readonly #envelope = new ByteReader();
  #phase: "greeting" | "judged" | "up" | "ended" = "greeting";
  #sender: InboundPeer | undefined;
  #handshake: Timer;
  #ack: Timer | undefined;
  /** Of frames that have not been acknowledged. */
  #owedBytes = 0;
  /** The sender does not read: what it is told next waits here, and not in the transport. */
  #congested = false;

  constructor(setup: InboundSetup) {
    this.peer = setup.peer;
    this.#setup = setup;
    this.#handshake = setup.clock.after(
      handshakeMs,
      () => this.refuse("no-handshake", `no hello was accepted within ${handshakeMs} ms`),
      true,
    );
  }

  get ended(): boolean {
    return this.#phase === "ended";
  }

  /** Whose it is, once it is welcome. */
  get sender(): InboundPeer | undefined {
    return this.#sender;
  }

  welcome(sender: InboundPeer): void {
    const { incarnation, windowBytes } = this.#setup;
    this.#handshake.cancel();
    this.#sender = sender;
    this.#phase = "up";
    this.#send(welcomeFrame({ incarnation, handled: sender.handled, windowBytes }));
  }

  /** Ends it, and tells the sender why. Idempotent. */
  refuse(reason: LinkRefusal, message: string): void {
    if (this.#phase === "ended") return;
    this.#setup.channel.send(receiverRefuseFrame({ reason, message: refusalText(message) }));
    this.#setup.owner.onRefused(this, reason, message);
    this.#end();
  }

  onFrame(frame: Uint8Array): void {
    if (this.#phase === "ended") return;
    this.#setup.counters.receivedFrames += 1;
    this.#setup.counters.receivedBytes += frame.length;
    let read: SenderFrame;
    try {
      read = decodeSenderFrame(frame, this.#reader);
    } catch (error) {
      return this.refuse("malformed", asError(error).message);
    }
    this.#take(read, frame.length);
  }

  onDrain(): void {
    this.#congested = false;
    if (this.#phase === "up" && this.#owedBytes > 0) this.#acknowledge();
  }

  onClosed(failure: TransportFailure): void {
    if (this.#phase === "ended") return;
    this.#setup.counters.failures[failure.code] += 1;
    this.#end();
  }

  #take(frame: SenderFrame, bytes: number): void {
    switch (frame.type) {
      case "hello":
        if (this.#phase !== "greeting") return this.refuse("malformed", "a second hello");
        this.#phase = "judged";
        return this.#setup.owner.onHello(this, frame.hello);
      case "batch":
        if (this.#phase !== "up" || this.#sender === undefined)
          return this.refuse("malformed", "a batch before the welcome");
        return this.#handle(frame.batch, bytes, this.#sender);
      case "probe":
        if (this.#phase !== "up") return this.refuse("malformed", "a probe before the welcome");
        // What waits there to be read is answer enough.
        if (!this.#congested) this.#send(probeAnswerFrame(frame.number));
        return;
      case "refuse":
        this.#setup.counters.refusedByPeers[knownReason(frame.refuse.reason)] += 1;
        return this.#end();
      default:
        return unreachable(frame);
    }
  }

  #handle(batch: LinkBatch, bytes: number, sender: InboundPeer): void {
    const { owner, counters } = this.#setup;
    if (batch.firstSequence > sender.handled + 1) {
      return this.refuse("gap", `${batch.firstSequence} came after ${sender.handled}`);
    }
    eachEnvelope(batch, this.#reader, this.#envelope, (sequence) => {
      if (sequence <= sender.handled) {
        counters.duplicates += 1;
        return true;
      }
      // Before it is handled: at most once, whatever happens there.
      sender.handled = sequence;
      counters.received += 1;
      owner.onEnvelope(sender.ref, this.#envelope, batch.heldMs);
      return this.#phase === "up";
    });
    this.#owe(bytes);
  }

  #owe(bytes: number): void {
    if (this.#phase !== "up") return;
    this.#owedBytes += bytes;
    if (this.#owedBytes >= this.#setup.windowBytes * ackPart) this.#acknowledge();
    else this.#ack ??= this.#setup.clock.after(ackMs, () => this.#acknowledge(), true);
  }

  #acknowledge(): void {
    this.#ack?.cancel();
    this.#ack = undefined;
    if (this.#congested || this.#sender === undefined) return;
    this.#owedBytes = 0;
    this.#send(ackFrame({ handled: this.#sender.handled, windowBytes: this.#setup.windowBytes }));
  }

  #send(frame: Uint8Array): void {
    if (!this.#setup.channel.send(frame)) this.#congested = true;
  }

  #end(): void {
    this.#phase = "ended";
    this.#handshake.cancel();
    this.#ack?.cancel();
    this.#setup.channel.close();
    this.#setup.owner.onEnd(this);
  }
}
