import { Client, Metadata, type ClientDuplexStream } from "@grpc/grpc-js";
import { systemClock } from "../../../src/base/clock.ts";
import type { ChannelSecurity } from "../../../src/client/index.ts";
import type { Channel, ChannelEvents } from "../../../src/cluster/index.ts";
import { linkMethod } from "../../../src/cluster/transport/grpc/node-service.ts";

const callMs = 20_000;

/**
 * Links to one node that share a connection of HTTP/2, where a node's own links have one each: a handshake for each of many thousands would
 * be most of the work. They send frames of any size, which a node's own transport would keep back.
 */
export class SharedConnection {
  readonly #client: Client;

  /** @param address host:port */
  constructor(address: string, { credentials, options }: ChannelSecurity) {
    this.#client = new Client(`ipv4:${address}`, credentials, {
      ...options,
      "grpc.max_send_message_length": -1,
      "grpc.enable_retries": 0,
      "grpc.enable_http_proxy": 0,
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  /** A stream of its own, which is a connection for the node's links. Ended after 20 s if nobody ends it before. */
  open(events: ChannelEvents): Channel {
    const { path, requestSerialize, responseDeserialize } = linkMethod;
    const deadline = systemClock.wallMs() + callMs;
    const call: ClientDuplexStream<Uint8Array, Uint8Array> = this.#client.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
      { deadline },
    );
    call.on("data", (frame: Uint8Array) => events.onFrame(frame));
    call.on("drain", () => events.onDrain());
    // "status" follows, and says more.
    call.on("error", () => undefined);
    call.on("status", ({ details }) => events.onClosed({ code: "lost", message: details }));
    return {
      send: (frame) => call.write(frame),
      close: () => call.end(),
    };
  }

  close(): void {
    this.#client.close();
  }
}
