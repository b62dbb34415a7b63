import { Client, credentials } from "@grpc/grpc-js";
import { endpointText, parseEndpoint, parseLoopback } from "../wire/index.ts";
import { channelSecurity, type ClientTls } from "./channel-security.ts";
import { isSocketPath } from "./socket-path.ts";

/** How a node is known to be the one that is meant. */
export interface ConnectionSecurity {
  /** Absent: without encryption, which is for addresses of this machine alone. */
  readonly tls?: ClientTls | undefined;
  /** With TLS: the id that the node's certificate has to have. Absent: any node of the cluster will do. */
  readonly expectedNode?: string | undefined;
}

/** A frozen peer answers no ping: its calls fail after 15 s. */
const channelOptions = {
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.max_send_message_length": 1024 * 1024,
  "grpc.max_receive_message_length": 4 * 1024 * 1024,
  // A proxy from the environment would be sent the token.
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.use_local_subchannel_pool": 1,
} as const;

/** What comes before the absolute path of a unix socket. */
const unixScheme = "unix:";

/** How grpc-js is told of an address. */
const targetOf = (address: string, tls: boolean): string => {
  if (!tls && address.startsWith(unixScheme) && isSocketPath(address.slice(unixScheme.length))) return address;
  const endpoint = tls ? parseEndpoint(address) : parseLoopback(address);
  const scheme = endpoint.host.includes(":") ? "ipv6" : /^[\d.]+$/.test(endpoint.host) ? "ipv4" : "dns";
  return `${scheme}:${endpointText(endpoint)}`;
};

/**
 * A channel to the node at an address, or, without TLS, to a unix socket as `unix:/PATH`. No connection is made before the first call.
 *
 * @throws WireError `not-loopback` for another machine's address without TLS, `not-an-address`
 */
export const openChannel = (address: string, { tls, expectedNode }: ConnectionSecurity): Client => {
  const target = targetOf(address, tls !== undefined);
  if (tls === undefined) return new Client(target, credentials.createInsecure(), channelOptions);
  const secured = channelSecurity(tls, expectedNode);
  return new Client(target, secured.credentials, { ...channelOptions, ...secured.options });
};
