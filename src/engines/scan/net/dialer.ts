import { connect, isIP, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { FailureError, failureOf } from "../http/failure.ts";
import type { Exclusions } from "../scope/exclusions.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import { type Endpoint, EndpointReach } from "./reach.ts";
import type { Resolver } from "./resolver.ts";
import { startTls, type TlsOptions } from "./tls.ts";
import { within } from "./within.ts";

/** A connection that is wanted. */
export interface Dialling extends Endpoint {
  /** TLS is spoken at once; the name of the server is the host's unless given. */
  readonly tls?: TlsOptions;
  /** Until the connection stands, resolving and TLS included. */
  readonly connectMs: number;
  readonly signal: AbortSignal;
  /** What the run is to leave alone although it is in scope. */
  readonly excluded: Exclusions | undefined;
}

/** Opens connections within scope, for every protocol that needs a socket of its own. */
export interface Dialer {
  /**
   * The connection belongs to the caller, who destroys it and listens for its errors: until then they are dropped.
   *
   * @throws FailureError when the host or its addresses are out of scope or excluded, and when no connection came about
   */
  connect(to: Dialling): Promise<Socket | TLSSocket>;
}

export interface DialerSetup {
  readonly clock: Clock;
  readonly scope: ScopeGuard;
  readonly resolve: Resolver;
}

/**
 * The name is checked before anything is asked about it, every address it resolves to before a connection, the socket
 * gets exactly the checked ones, and where it ended up is checked once more: before a byte is sent.
 */
export const createDialer = ({ clock, scope, resolve }: DialerSetup): Dialer => ({
  connect: async (to) => {
    const { hostname, port, connectMs, signal, tls } = to;
    const reach = new EndpointReach(to, scope, to.excluded);
    const refusal = reach.refuseHost();
    if (refusal !== undefined) throw refusal;
    let given: Socket | undefined;
    let isOver = false;
    const open = async (): Promise<Socket | TLSSocket> => {
      const addresses = reach.isLiteral ? [reach.hostname] : reach.permitted(await resolve(reach.hostname));
      if (isOver) throw new FailureError("aborted", "given up before it was opened");
      given = openTo(reach, addresses);
      await connected(given);
      const wrong = reach.refuseAddress(given.remoteAddress ?? "");
      if (wrong !== undefined) throw wrong;
      return tls === undefined ? given : await startTls(given, reach.hostname, tls);
    };
    const cancel = (): void => {
      isOver = true;
      given?.destroy();
    };
    try {
      const bounds = { clock, signal, withinMs: connectMs, what: `connecting to ${hostname}:${port}` };
      const socket = await within(bounds, open, cancel);
      socket.on("error", () => undefined);
      return socket;
    } catch (thrown) {
      given?.destroy();
      const { kind, message } = failureOf(asError(thrown), "");
      throw new FailureError(kind, message);
    }
  },
});

/** Addresses that were checked stand in for resolving the name again. */
const openTo = ({ hostname, port }: Endpoint, addresses: readonly string[]): Socket => {
  const [first = hostname] = addresses;
  return connect({
    host: hostname,
    port,
    autoSelectFamily: true,
    lookup: (_name, { all }, callback) => {
      if (all === true) {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        callback(null, found);
      } else {
        callback(null, first, isIP(first));
      }
    },
  });
};

const connected = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    const onConnect = (): void => {
      socket.off("error", reject);
      resolve();
    };
    socket.once("connect", onConnect);
    // Stays after a failure: errors that follow it have been told already.
    socket.on("error", reject);
  });
