import { buildConnector } from "undici";
import type { Clock } from "../../../../base/clock.ts";
import { asError } from "../../../../base/errors.ts";
import { type Connector, type Dial, type Dialled, servernameFor } from "../connector.ts";
import { FailureError, failureOf } from "../failure.ts";
import type { Reach } from "../reach.ts";
import type { WireUrl } from "../target.ts";
import { openTunnel } from "./tunnel.ts";

export interface ProxyConnectorSetup {
  readonly proxy: WireUrl;
  /** Opens a connection to the proxy. */
  readonly dial: Dial;
  readonly clock: Clock;
  readonly connectMs: number;
}

/**
 * The connector of an origin behind a proxy. For http the connection is the one to the proxy, on which requests name
 * the whole URL; for https it is a tunnel, in which the certificate is treated as on a direct connection.
 */
export const createProxyConnector = (reach: Reach, setup: ProxyConnectorSetup): Connector => {
  const { proxy, dial } = setup;
  const dialProxy: Dial = (callback) => {
    dial((error, socket) => callback(error === null ? null : ofProxy(error, proxy), socket));
  };
  const open = reach.url.scheme === "https" ? tunnelled(reach, dialProxy, setup) : dialProxy;
  return {
    // Only the proxy knows.
    remoteAddress: () => undefined,
    connect: (_options, callback) => {
      open((error, socket) => {
        if (socket === null) callback(error ?? new FailureError("unreachable", "no connection"), null);
        else callback(null, socket);
      });
    },
  };
};

/** The same failure, told as one of the proxy. */
export const ofProxy = (thrown: unknown, proxy: WireUrl): FailureError => {
  const { kind, message } = failureOf(asError(thrown), proxy.href);
  return new FailureError(kind, `proxy ${proxy.host}: ${message}`);
};

const tunnelled = (reach: Reach, dialProxy: Dial, { proxy, clock, connectMs }: ProxyConnectorSetup): Dial => {
  const { url, hostname } = reach;
  const secure = buildConnector({ timeout: connectMs, rejectUnauthorized: false });
  const place = { hostname, host: url.host, protocol: "https:", port: String(url.port), ...servernameFor(reach) };
  return (callback: Dialled) => {
    dialProxy((error, socket) => {
      if (socket === null) return callback(error, null);
      openTunnel(socket, `${url.hostname}:${url.port}`, { clock, withinMs: connectMs }).then(
        (tunnel) => {
          secure({ ...place, httpSocket: tunnel }, (...outcome) => {
            const [failed, secured] = outcome;
            if (failed === null) return callback(null, secured);
            tunnel.destroy();
            callback(failed, null);
          });
        },
        (thrown: unknown) => callback(ofProxy(thrown, proxy), null),
      );
    });
  };
};
