import { isIP } from "node:net";
import type { Exclusions } from "../scope/exclusions.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import { FailureError } from "./failure.ts";
import type { WireUrl } from "./target.ts";

export interface ReachSetup {
  readonly url: WireUrl;
  readonly scope: ScopeGuard;
  readonly exclusions: Exclusions | undefined;
}

/** What may be contacted for one origin: what the scope permits and the run does not exclude. */
export class Reach {
  readonly url: WireUrl;
  /** An IPv6 address without brackets. */
  readonly hostname: string;
  readonly #scope: ScopeGuard;
  readonly #exclusions: Exclusions | undefined;

  constructor({ url, scope, exclusions }: ReachSetup) {
    this.url = url;
    this.hostname = url.hostname.replace(/^\[|\]$/g, "");
    this.#scope = scope;
    this.#exclusions = exclusions;
  }

  get isLiteral(): boolean {
    return isIP(this.hostname) !== 0;
  }

  /** Whether the scope names this very host. */
  get isNamed(): boolean {
    return this.#scope.namesHost(this.hostname, this.url.port);
  }

  /** Why the host may not be contacted, before anything is asked about it; undefined when it may. */
  refuseHost(): FailureError | undefined {
    const { hostname, url } = this;
    const excluded = this.#exclusions?.ofHost(hostname, url.port);
    if (excluded !== undefined) return new FailureError("excluded", excluded);
    return refusedByScope(
      this.#scope.refuseHost(hostname, url.port) ??
        (this.isLiteral ? this.#scope.refuseAddress(hostname, hostname, url.port) : undefined),
    );
  }

  /** Why a connection may not go to this address of the host; undefined when it may. */
  refuseAddress(address: string): FailureError | undefined {
    const { hostname, url } = this;
    const excluded = this.#exclusions?.ofAddress(address, url.port);
    if (excluded !== undefined) return new FailureError("excluded", `${hostname} is ${address}: ${excluded}`);
    return refusedByScope(this.#scope.refuseAddress(hostname, address, url.port));
  }
}

const refusedByScope = (refusal: string | undefined): FailureError | undefined =>
  refusal === undefined ? undefined : new FailureError("refused-by-scope", refusal);
