import type { Socket } from "node:net";
import { FailureError, isConnectionFailure } from "../http/failure.ts";
import type { HostHealth } from "../run/host-health.ts";
import type { SkippedHost } from "../run/outcome.ts";
import type { Exclusions } from "../scope/exclusions.ts";
import type { Dialer } from "./dialer.ts";
import type { SocketLimits } from "./limits.ts";
import type { Endpoint } from "./reach.ts";
import type { TlsOptions } from "./tls.ts";

/** Nothing was sent to a host: it is left alone. */
export class SkippedHostError extends Error {
  readonly host: string;
  readonly reason: SkippedHost["cause"];

  constructor(host: string, reason: SkippedHost["cause"], message: string) {
    super(message);
    this.name = "SkippedHostError";
    this.host = host;
    this.reason = reason;
  }
}

export interface SocketsSetup {
  readonly dialer: Dialer;
  readonly health: HostHealth;
  /** Tells the runs apart to which a host looks different. */
  readonly healthPrefix: string;
  readonly exclusions: Exclusions | undefined;
  readonly limits: SocketLimits;
}

/** Host and port, IPv6 in brackets. */
export const endpointText = ({ hostname, port }: Endpoint): string =>
  hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]:${port}` : `${hostname}:${port}`;

/** The connections of one run, for protocols other than HTTP: with its exclusions, limits and the health of hosts. */
export class Sockets {
  readonly limits: SocketLimits;
  readonly exclusions: Exclusions | undefined;
  readonly #setup: SocketsSetup;

  constructor(setup: SocketsSetup) {
    this.limits = setup.limits;
    this.exclusions = setup.exclusions;
    this.#setup = setup;
  }

  /**
   * Why nothing is to be sent to the endpoint, without asking anybody about it.
   *
   * @throws SkippedHostError when it is excluded, or has not answered for long
   */
  check(to: Endpoint): void {
    const { health, exclusions } = this.#setup;
    const host = endpointText(to);
    const excluded = exclusions?.ofHost(to.hostname, to.port);
    if (excluded !== undefined) throw new SkippedHostError(host, "excluded", excluded);
    const silent = health.reasonToSkip(this.#healthKey(to));
    if (silent !== undefined) throw new SkippedHostError(host, "silent", silent);
  }

  /**
   * A connection within scope; see Dialer.
   *
   * @param tls spoken when given
   * @throws SkippedHostError for a host that is left alone, FailureError when there is no connection
   */
  async connect(to: Endpoint, signal: AbortSignal, tls?: TlsOptions): Promise<Socket> {
    this.check(to);
    const { dialer, exclusions, health, limits } = this.#setup;
    const key = this.#healthKey(to);
    try {
      const socket = await dialer.connect({
        hostname: to.hostname,
        port: to.port,
        connectMs: limits.connectMs,
        signal,
        excluded: exclusions,
        ...(tls === undefined ? {} : { tls }),
      });
      health.answered(key);
      return socket;
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      if (thrown.kind === "excluded") throw new SkippedHostError(endpointText(to), "excluded", thrown.message);
      // A failed handshake says that somebody is there.
      if (isConnectionFailure(thrown.kind) && thrown.kind !== "tls") health.failed(key, thrown.message);
      throw thrown;
    }
  }

  #healthKey(to: Endpoint): string {
    return `${this.#setup.healthPrefix} ${endpointText(to)}`;
  }
}
