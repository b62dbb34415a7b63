import type { Server, ServerDuplexStream } from "@grpc/grpc-js";
import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { printable } from "../../../base/printable.ts";
import { peerNameOf } from "../../../wire/index.ts";
import type { AcceptHandler, Channel, ChannelEvents, DialledPeer, Transport } from "../transport.ts";
import { AcceptedChannel } from "./accepted-channel.ts";
import { DialledChannel, type NodeSecurity } from "./dialled-channel.ts";
import { linkMethod } from "./node-service.ts";

export interface GrpcTransportSetup {
  readonly clock: Clock;
  /** For the node with this id; absent: links are made on loopback only, in the clear. */
  readonly security?: ((node: string) => NodeSecurity) | undefined;
  /** The operator token, with which nodes without certificates know each other. Asked for each connection. */
  readonly token?: (() => string | undefined) | undefined;
}

const closeMs = 2_000;

/**
 * Links as streams of gRPC, each on a connection of its own. Who may open one is decided by the server in front of it: `serve` takes
 * every call that comes through for that of a node.
 */
export class GrpcTransport implements Transport {
  readonly #setup: GrpcTransportSetup;
  readonly #channels = new Set<Channel>();
  #handler: AcceptHandler | undefined;
  #closed = false;
  #onEmpty = (): void => undefined;

  constructor(setup: GrpcTransportSetup) {
    this.#setup = setup;
  }

  /** Registers `NodeService` on a server that somebody else opens and closes. */
  serve(server: Server): void {
    const { path, responseSerialize, requestDeserialize } = linkMethod;
    server.register(
      path,
      (call: ServerDuplexStream<Uint8Array, Uint8Array>) => this.#accept(call),
      responseSerialize,
      requestDeserialize,
      "bidi",
    );
  }

  dial({ node, address }: DialledPeer, events: ChannelEvents): Channel {
    const { clock, security, token } = this.#setup;
    if (this.#closed) return this.#failed(events, "closed", "the transport was closed");
    try {
      const channel: DialledChannel = new DialledChannel(
        { address, security: security?.(node), token: token?.(), clock },
        events,
        () => this.#gone(channel),
      );
      this.#channels.add(channel);
      return channel;
    } catch (error) {
      return this.#failed(events, "unreachable", asError(error).message);
    }
  }

  accept(handler: AcceptHandler): void {
    this.#handler = handler;
  }

  /** Resolves when all connections have ended, or two seconds later: the server and keepalive end what is left. */
  close(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      const timer = this.#setup.clock.after(closeMs, resolve, true);
      this.#onEmpty = () => {
        if (this.#channels.size > 0) return;
        timer.cancel();
        resolve();
      };
      for (const channel of this.#channels) channel.close();
      this.#onEmpty();
    });
  }

  #accept(call: ServerDuplexStream<Uint8Array, Uint8Array>): void {
    const channel = new AcceptedChannel(call, () => this.#gone(channel));
    this.#channels.add(channel);
    const name = peerNameOf(call.getAuthContext());
    const certifiedNode = name?.type === "node" ? name.id : undefined;
    if (this.#handler === undefined || this.#closed) channel.close();
    else channel.attach(this.#handler(channel, { certifiedNode, from: call.getPeer() }));
  }

  #gone(channel: Channel): void {
    this.#channels.delete(channel);
    this.#onEmpty();
  }

  /** A connection that never began. */
  #failed(events: ChannelEvents, code: "closed" | "unreachable", message: string): Channel {
    let open = true;
    this.#setup.clock.after(0, () => {
      if (open) events.onClosed({ code, message: printable(message) });
    });
    return {
      send: () => false,
      close: () => {
        open = false;
      },
    };
  }
}
