import type { DslSetup } from "../../dsl/expression.ts";
import type { TargetValues } from "../../target/target-values.ts";
import type { Scope } from "../../value/scope.ts";
import type { HttpFailureKind } from "../failure.ts";
import type { HttpRequest } from "../http-request.ts";
import type { RequestDefaults } from "../plan.ts";
import type { WireUrl } from "../target.ts";

/** What a request is made from, for one target and one combination of payloads. */
export interface MakingContext {
  /** Undefined: the template brings its own targets. */
  readonly target: WireUrl | undefined;
  readonly defaults: RequestDefaults;
  readonly dsl: DslSetup;
  /** Of the template's run; undefined: none are kept. */
  readonly cookies: HttpRequest["cookies"];
  /** All values of the request, over these of its target. */
  scope(own: TargetValues): Scope | Promise<Scope>;
}

/** A request with the values that it was made from. */
export interface MadeRequest {
  readonly request: HttpRequest;
  readonly scope: Scope;
}

/** Why a request cannot be sent. */
export interface UnmadeRequest {
  readonly kind: HttpFailureKind;
  /** As far as it is known. */
  readonly url: string;
  readonly message: string;
}

/** One `path` or `raw` of a block, compiled. */
export interface RequestSource {
  /** As it stands in the template. */
  readonly text: string;
  /** `@once`: sent with the first combination of payloads only. */
  readonly once: boolean;
  make(context: MakingContext): Promise<MadeRequest | UnmadeRequest>;
}

/** The request that cannot be sent because placeholders have no value; undefined when all have one. */
export const unresolvedRequest = (url: string, unresolved: readonly string[]): UnmadeRequest | undefined => {
  // A § may be meant as it is: nuclei does not miss its values either.
  const missing = [...new Set(unresolved.filter((marker) => marker.startsWith("{{")))];
  if (missing.length === 0) return undefined;
  const [plural, have] = missing.length > 1 ? ["s", "have"] : ["", "has"];
  return { kind: "unresolved", url, message: `variable${plural} ${missing.join(", ")} ${have} no value; not sent` };
};
