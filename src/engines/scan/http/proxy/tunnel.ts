import { request } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../../../base/clock.ts";
import { FailureError } from "../failure.ts";

const maxHeadBytes = 16_384;
/** What a proxy answers that could not reach the host, or not in time. */
const gatewayFailures = new Set([502, 503, 504]);

export interface TunnelSetup {
  readonly clock: Clock;
  /** Until the proxy has answered. */
  readonly withinMs: number;
}

/**
 * Asks a proxy for a tunnel with CONNECT. The socket is the caller's again once the tunnel stands; it is destroyed
 * when it does not come to stand.
 *
 * @param authority host and port
 * @throws FailureError `unreachable` when the proxy did not get there, `proxy-refused` when it would not, `timeout`
 */
export const openTunnel = (socket: Socket, authority: string, { clock, withinMs }: TunnelSetup): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const asked = request({
      method: "CONNECT",
      path: authority,
      headers: { host: authority },
      // Without an agent, this is the only connection it can take: with one, it would open another by itself.
      createConnection: () => socket,
      maxHeaderSize: maxHeadBytes,
    });
    const timer = clock.after(withinMs, () => {
      asked.destroy(new FailureError("timeout", "no answer to CONNECT within the time limit"));
    });
    const fail = (error: Error): void => {
      timer.cancel();
      socket.destroy();
      reject(error);
    };
    asked.once("connect", (response, _socket, early) => {
      const { statusCode = 0, statusMessage = "" } = response;
      if (statusCode < 200 || statusCode > 299) {
        const kind = gatewayFailures.has(statusCode) ? "unreachable" : "proxy-refused";
        return fail(new FailureError(kind, `CONNECT was answered with ${statusCode} ${statusMessage.slice(0, 200)}`));
      }
      // The host speaks TLS, in which the client goes first: these bytes are not from it.
      if (early.length > 0) return fail(new FailureError("protocol", "bytes came before the tunnel was used"));
      timer.cancel();
      resolve(socket);
    });
    asked.on("error", fail);
    asked.end();
  });
