import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { asError } from "../../../base/errors.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import { FailureError } from "./failure.ts";
import type { HttpLimits } from "./limits.ts";
import type { Resolver } from "./resolver.ts";
import type { WireUrl } from "./target.ts";

/** Opens the connections of one origin and says where they go. */
export interface Connector {
  readonly connect: buildConnector.connector;
  /** The address of the latest connection. */
  remoteAddress(): string | undefined;
}

/**
 * Opens connections only to addresses that the scope permits. The name is resolved here, each address is checked,
 * and the socket is given exactly the checked ones; where it ended up is checked once more. Certificates are not
 * verified: a scanner has to look at sites whose certificate is wrong.
 */
export const createConnector = (url: WireUrl, scope: ScopeGuard, resolve: Resolver, limits: HttpLimits): Connector => {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const { port } = url;
  // Undici would ask for the certificate of the Host header that a template sends.
  const servername = isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, "") } : {};
  let latest: string | undefined;

  const lookupPermitted: LookupFunction = (_hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const refusals = addresses.map((address) => scope.refuseAddress(hostname, address, port));
        const permitted = addresses.filter((_address, at) => refusals[at] === undefined);
        const [first] = permitted;
        if (first === undefined) {
          const reason = refusals[0] ?? `${hostname} has no address`;
          callback(new FailureError(refusals.length === 0 ? "unreachable" : "refused-by-scope", reason), "");
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

  const open = buildConnector({
    timeout: limits.connectMs,
    rejectUnauthorized: false,
    lookup: lookupPermitted,
    autoSelectFamily: true,
  });

  return {
    remoteAddress: () => latest,
    connect: (options, callback) => {
      const refusal =
        scope.refuseHost(hostname, port) ??
        (isIP(hostname) === 0 ? undefined : scope.refuseAddress(hostname, hostname, port));
      if (refusal !== undefined) return callback(new FailureError("refused-by-scope", refusal), null);
      open({ ...options, hostname, ...servername }, (...outcome) => {
        const [error, socket] = outcome;
        if (error !== null) return callback(error, null);
        const address = socket.remoteAddress ?? "";
        const wrong = scope.refuseAddress(hostname, address, port);
        if (wrong !== undefined) {
          socket.destroy();
          return callback(new FailureError("refused-by-scope", wrong), null);
        }
        latest = address;
        callback(null, socket);
      });
    },
  };
};
