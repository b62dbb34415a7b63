import { EndpointReach } from "../net/reach.ts";
import type { Exclusions } from "../scope/exclusions.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import type { WireUrl } from "./target.ts";

export interface ReachSetup {
  readonly url: WireUrl;
  readonly scope: ScopeGuard;
  readonly exclusions: Exclusions | undefined;
}

/** What may be contacted for one origin: what the scope permits and the run does not exclude. */
export class Reach extends EndpointReach {
  readonly url: WireUrl;

  constructor({ url, scope, exclusions }: ReachSetup) {
    super(url, scope, exclusions);
    this.url = url;
  }
}
