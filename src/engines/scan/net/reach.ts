import { isIP } from "node:net";
import { FailureError } from "../http/failure.ts";
import type { Exclusions } from "../scope/exclusions.ts";
import type { ScopeGuard } from "../scope/guard.ts";

/** One port of a host. */
export interface Endpoint {
  /** A name or an address; IPv6 with or without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** What may be contacted for one endpoint: what the scope permits and the run does not exclude. */
export class EndpointReach {
  /** An IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly #scope: ScopeGuard;
  readonly #exclusions: Exclusions | undefined;

  constructor({ hostname, port }: Endpoint, scope: ScopeGuard, exclusions: Exclusions | undefined) {
    this.hostname = hostname.replace(/^\[|\]$/g, "");
    this.port = port;
    this.#scope = scope;
    this.#exclusions = exclusions;
  }

  get isLiteral(): boolean {
    return isIP(this.hostname) !== 0;
  }

  /** Whether the scope names this very host. */
  get isNamed(): boolean {
    return this.#scope.namesHost(this.hostname, this.port);
  }

  /** Why the host may not be contacted, before anything is asked about it; undefined when it may. */
  refuseHost(): FailureError | undefined {
    const { hostname, port } = this;
    const excluded = this.#exclusions?.ofHost(hostname, port);
    if (excluded !== undefined) return new FailureError("excluded", excluded);
    return refusedByScope(
      this.#scope.refuseHost(hostname, port) ??
        (this.isLiteral ? this.#scope.refuseAddress(hostname, hostname, port) : undefined),
    );
  }

  /** Why a connection may not go to this address of the host; undefined when it may. */
  refuseAddress(address: string): FailureError | undefined {
    const { hostname, port } = this;
    const excluded = this.#exclusions?.ofAddress(address, port);
    if (excluded !== undefined) return new FailureError("excluded", `${hostname} is ${address}: ${excluded}`);
    return refusedByScope(this.#scope.refuseAddress(hostname, address, port));
  }

  /**
   * Those of the addresses that may be contacted, at least one.
   *
   * @throws FailureError when there is none
   */
  permitted(addresses: readonly string[]): readonly [string, ...string[]] {
    const refusals = addresses.map((address) => this.refuseAddress(address));
    const [first, ...others] = addresses.filter((_address, at) => refusals[at] === undefined);
    if (first !== undefined) return [first, ...others];
    throw refusals[0] ?? new FailureError("unreachable", `${this.hostname} has no address`);
  }
}

const refusedByScope = (refusal: string | undefined): FailureError | undefined =>
  refusal === undefined ? undefined : new FailureError("refused-by-scope", refusal);
