import type { Socket } from "node:net";
import { connect } from "node:tls";
import { isIP } from "node:net";
import type { Clock } from "../../../../base/clock.ts";
import { asError } from "../../../../base/errors.ts";
import type { Dialer } from "../../net/dialer.ts";
import { startTls } from "../../net/tls.ts";
import { within } from "../../net/within.ts";
import { FailureError, failureOf } from "../failure.ts";
import type { Destination } from "../destination.ts";
import type { WireUrl } from "../target.ts";
import { openTunnel } from "./tunnel.ts";

export interface ProxySetup {
  readonly proxy: WireUrl;
  /** Opens connections to proxies. */
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly connectMs: number;
}

/**
 * A connection for a destination behind a proxy. For http it is the one to the proxy, on which requests name the whole
 * URL; for https, and for raw requests, it is a tunnel, in which the certificate is treated as on a direct connection.
 *
 * @throws FailureError
 */
export const dialThroughProxy = async (
  { url, sni, isRaw }: Destination,
  setup: ProxySetup,
  signal: AbortSignal,
): Promise<Socket> => {
  const { clock, connectMs } = setup;
  const socket = await dialProxy(setup, signal).catch((thrown: unknown) => {
    throw ofProxy(thrown, setup.proxy);
  });
  const isSecure = url.scheme === "https";
  if (!isSecure && !isRaw) return socket;
  const tunnel = await openTunnel(socket, `${url.hostname}:${url.port}`, { clock, withinMs: connectMs }).catch(
    (thrown: unknown) => {
      throw ofProxy(thrown, setup.proxy);
    },
  );
  if (!isSecure) return tunnel;
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const bounds = { clock, signal, withinMs: connectMs, what: `speaking TLS with ${url.host}` };
  const start = (): Promise<Socket> => startTls(tunnel, hostname, sni === undefined ? {} : { servername: sni });
  const secured = await within(bounds, start, () => tunnel.destroy());
  secured.on("error", () => undefined);
  return secured;
};

/** The same failure, told as one of the proxy. */
export const ofProxy = (thrown: unknown, proxy: WireUrl): FailureError => {
  const { kind, message } = failureOf(asError(thrown), proxy.href);
  return new FailureError(kind, `proxy ${proxy.host}: ${message}`);
};

const dialProxy = async ({ proxy, dialer, clock, connectMs }: ProxySetup, signal: AbortSignal): Promise<Socket> => {
  const { hostname, port } = proxy;
  const socket = await dialer.connect({ hostname, port, connectMs, signal, excluded: undefined });
  if (proxy.scheme === "http") return socket;
  const bounds = { clock, signal, withinMs: connectMs, what: "speaking TLS with the proxy" };
  return within(
    bounds,
    () => secureToProxy(socket, hostname),
    () => socket.destroy(),
  );
};

/** A proxy is no site under test: whoever is in its place would see everything, so that its certificate is verified. */
const secureToProxy = (socket: Socket, hostname: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const secured = connect({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
    // Stays: errors that follow a failure have been told already.
    secured.on("error", (error: Error) => {
      socket.destroy();
      reject(error);
    });
    secured.once("secureConnect", () => resolve(secured));
  });
