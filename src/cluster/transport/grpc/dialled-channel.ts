import {
  Client,
  credentials,
  Metadata,
  type ChannelCredentials,
  type ChannelOptions,
  type ClientDuplexStream,
} from "@grpc/grpc-js";
import type { Clock, Timer } from "../../../base/clock.ts";
import {
  callKeys,
  endpointText,
  mostFrameBytes,
  parseEndpoint,
  parseLoopback,
  type Endpoint,
} from "../../../wire/index.ts";
import type { Channel, ChannelEvents, TransportFailure } from "../transport.ts";
import { failureOf } from "./failure.ts";
import { linkMethod } from "./node-service.ts";

/** How a node is dialled with TLS: both parts go to grpc-js. */
export interface NodeSecurity {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

export interface DialSetup {
  /** host:port */
  readonly address: string;
  /** Absent: in the clear, which is done on loopback only. */
  readonly security?: NodeSecurity | undefined;
  /** The operator token, where there is no certificate. */
  readonly token?: string | undefined;
  readonly clock: Clock;
}

const closeMs = 1_000;

/** Links see sooner than these that a peer is silent; they end what nobody holds any more. */
const channelOptions: ChannelOptions = {
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.max_send_message_length": mostFrameBytes,
  "grpc.max_receive_message_length": mostFrameBytes,
  // A link connects anew by itself: one that tries beside it would keep messages that are sent again anyway.
  "grpc.enable_retries": 0,
  // A proxy from the environment would be sent the token.
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_channelz": 0,
};

const targetOf = ({ host, port }: Endpoint): string => {
  const text = endpointText({ host, port });
  if (host.includes(":")) return `ipv6:${text}`;
  return /^[\d.]+$/.test(host) ? `ipv4:${text}` : `dns:${text}`;
};

/** One stream to another node, on a connection of its own. */
export class DialledChannel implements Channel {
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Uint8Array, Uint8Array>;
  readonly #clock: Clock;
  readonly #onGone: () => void;
  #events: ChannelEvents | undefined;
  #closing: Timer | undefined;
  #up = false;

  /**
   * @param onGone when the connection has ended, whoever ended it
   * @throws WireError for an address that cannot be dialled
   */
  constructor({ address, security, token, clock }: DialSetup, events: ChannelEvents, onGone: () => void) {
    const target = targetOf(security === undefined ? parseLoopback(address) : parseEndpoint(address));
    this.#events = events;
    this.#clock = clock;
    this.#onGone = onGone;
    this.#client = new Client(target, security?.credentials ?? credentials.createInsecure(), {
      ...channelOptions,
      ...security?.options,
    });
    const metadata = new Metadata();
    if (token !== undefined) metadata.set(callKeys.authorization, `Bearer ${token}`);
    const { path, requestSerialize, responseDeserialize } = linkMethod;
    this.#call = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    this.#call.on("metadata", () => {
      this.#up = true;
    });
    this.#call.on("data", (frame: Uint8Array) => this.#events?.onFrame(frame));
    this.#call.on("drain", () => this.#events?.onDrain());
    // "status" follows, and says more.
    this.#call.on("error", () => undefined);
    this.#call.on("status", (ended) => this.#gone(failureOf(ended, this.#up)));
  }

  send(frame: Uint8Array): boolean {
    return this.#events !== undefined && this.#call.write(frame);
  }

  close(): void {
    if (this.#events === undefined) return;
    this.#events = undefined;
    this.#call.end();
    this.#closing = this.#clock.after(closeMs, () => this.#call.cancel(), true);
  }

  #gone(failure: TransportFailure): void {
    this.#closing?.cancel();
    this.#client.close();
    const events = this.#events;
    this.#events = undefined;
    this.#onGone();
    events?.onClosed(failure);
  }
}
