import {
  ByteReader,
  decodeReceiverFrame,
  senderRefuseFrame,
  type LinkAck,
  type LinkWelcome,
  type ReceiverFrame,
} from "../../wire/index.ts";
import { asError } from "../../base/errors.ts";
import { unreachable } from "../../base/unreachable.ts";
import type { Channel, ChannelEvents, TransportFailure, TransportFailureCode } from "../transport/transport.ts";
import { knownReason, refusalText, type LinkRefusal } from "./refusal.ts";

/** How a connection ended, and who ended it. */
export type ConnectionEnd =
  | { readonly by: "us" | "peer"; readonly reason: LinkRefusal; readonly message: string }
  | { readonly by: "transport"; readonly reason: TransportFailureCode; readonly message: string };

export interface OutboundOwner {
  /** The peer says from where it goes on. False: that cannot be. */
  onWelcome(welcome: LinkWelcome): boolean;
  /** False: that cannot be. */
  onAck(ack: LinkAck): boolean;
  /** Any frame came from the peer. */
  onHeard(): void;
  onDrain(): void;
  /** Once. */
  onEnd(end: ConnectionEnd): void;
}

/** One connection to a peer, from the hello to its end. */
export class OutboundConnection implements ChannelEvents {
  readonly #owner: OutboundOwner;
  readonly #reader = new ByteReader();
  #channel: Channel | undefined;
  #phase: "greeting" | "up" | "ended" = "greeting";
  #congested = false;

  constructor(owner: OutboundOwner) {
    this.#owner = owner;
  }

  get up(): boolean {
    return this.#phase === "up";
  }

  /** It is up, and the transport has room. */
  canSend(): boolean {
    return this.#phase === "up" && !this.#congested;
  }

  open(channel: Channel, hello: Uint8Array): void {
    this.#channel = channel;
    this.send(hello);
  }

  send(frame: Uint8Array): void {
    if (this.#phase === "ended" || this.#channel === undefined) return;
    if (!this.#channel.send(frame)) this.#congested = true;
  }

  /** Ends it from this side, and tells the peer why. */
  refuse(reason: LinkRefusal, message: string): void {
    if (this.#phase === "ended") return;
    this.send(senderRefuseFrame({ reason, message: refusalText(message) }));
    this.#end({ by: "us", reason, message });
  }

  /** The link is given up: nobody is told. */
  close(): void {
    this.#phase = "ended";
    this.#channel?.close();
  }

  onFrame(frame: Uint8Array): void {
    if (this.#phase === "ended") return;
    this.#owner.onHeard();
    try {
      this.#take(decodeReceiverFrame(frame, this.#reader));
    } catch (error) {
      this.refuse("malformed", asError(error).message);
    }
  }

  onDrain(): void {
    this.#congested = false;
    if (this.#phase === "up") this.#owner.onDrain();
  }

  onClosed({ code, message }: TransportFailure): void {
    this.#end({ by: "transport", reason: code, message });
  }

  #take(frame: ReceiverFrame): void {
    switch (frame.type) {
      case "welcome":
        if (this.#phase !== "greeting") return this.refuse("malformed", "a second welcome");
        this.#phase = "up";
        if (!this.#owner.onWelcome(frame.welcome)) this.refuse("gap", "the welcome says what cannot have been handled");
        return;
      case "ack":
        if (this.#phase !== "up") return this.refuse("malformed", "an acknowledgement before the welcome");
        if (!this.#owner.onAck(frame.ack)) this.refuse("gap", "what was acknowledged cannot have been handled");
        return;
      case "probe-answer":
        return;
      case "refuse": {
        const { reason, message } = frame.refuse;
        return this.#end({ by: "peer", reason: knownReason(reason), message });
      }
      default:
        return unreachable(frame);
    }
  }

  #end(end: ConnectionEnd): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.#channel?.close();
    this.#owner.onEnd(end);
  }
}
