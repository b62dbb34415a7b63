import { isIP, type LookupFunction, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import { asError } from "../../../base/errors.ts";
import { FailureError } from "./failure.ts";
import type { Reach } from "./reach.ts";
import type { Resolver } from "../net/resolver.ts";

/** Opens the connections of one origin and says where they go. */
export interface Connector {
  readonly connect: buildConnector.connector;
  /** The address of the latest connection; undefined when it is not known. */
  remoteAddress(): string | undefined;
}

export interface DialSetup {
  readonly resolve: Resolver;
  /** Until the connection stands, TLS included. */
  readonly connectMs: number;
  /** Whether a certificate has to be signed for the host. */
  readonly verify: boolean;
}

export type Dialled = (error: Error | null, socket: Socket | TLSSocket | null) => void;

/** Opens one connection, with TLS when its URL has it. Calls back once. */
export type Dial = (callback: Dialled) => void;

/**
 * Opens connections only to addresses within reach. The name is resolved here, each address is checked, and the socket
 * is given exactly the checked ones; where it ended up is checked once more.
 */
export const createDial = (reach: Reach, { resolve, connectMs, verify }: DialSetup): Dial => {
  const { url, hostname } = reach;
  const open = buildConnector({
    timeout: connectMs,
    rejectUnauthorized: verify,
    lookup: lookupWithin(reach, resolve),
    autoSelectFamily: true,
  });
  return (callback) => {
    const refusal = reach.refuseHost();
    if (refusal !== undefined) return callback(refusal, null);
    open(
      { hostname, host: url.host, protocol: `${url.scheme}:`, port: String(url.port), ...servernameFor(reach) },
      (...outcome) => {
        const [error, socket] = outcome;
        if (error !== null) return callback(error, null);
        const wrong = reach.refuseAddress(socket.remoteAddress ?? "");
        if (wrong === undefined) return callback(null, socket);
        socket.destroy();
        callback(wrong, null);
      },
    );
  };
};

/**
 * The connector of an origin that is contacted directly. Certificates are not verified: a scanner has to look at sites
 * whose certificate is wrong.
 */
export const createConnector = (reach: Reach, setup: Omit<DialSetup, "verify">): Connector => {
  const dial = createDial(reach, { ...setup, verify: false });
  let latest: string | undefined;
  return {
    remoteAddress: () => latest,
    connect: (_options, callback) => {
      dial((error, socket) => {
        if (socket === null) return callback(error ?? new FailureError("unreachable", "no connection"), null);
        latest = socket.remoteAddress;
        callback(null, socket);
      });
    },
  };
};

/** Undici would ask for the certificate of the Host header that a template sends. */
export const servernameFor = ({ hostname }: Reach): { readonly servername?: string } =>
  isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, "") } : {};

const lookupWithin =
  (reach: Reach, resolve: Resolver): LookupFunction =>
  (_hostname, options, callback) => {
    const { hostname } = reach;
    resolve(hostname).then(
      (addresses) => {
        const refusals = addresses.map((address) => reach.refuseAddress(address));
        const permitted = addresses.filter((_address, at) => refusals[at] === undefined);
        const [first] = permitted;
        if (first === undefined) {
          callback(refusals[0] ?? new FailureError("unreachable", `${hostname} has no address`), "");
        } else if (options.all === true) {
          callback(
            null,
            permitted.map((address) => ({ address, family: isIP(address) })),
          );
        } else {
          callback(null, first, isIP(first));
        }
      },
      (thrown: unknown) => callback(asError(thrown), ""),
    );
  };
