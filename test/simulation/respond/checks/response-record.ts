import type { StoreEvent } from "../../store-history.ts";
import type { FinalResponse } from "../final-response.ts";
import type { ResponsePlan } from "../plan.ts";
import type { Given } from "../responder.ts";
import type { Site, SiteFact } from "../site.ts";

/** All that is known of how events were answered. */
export interface ResponseRecord {
  readonly plan: ResponsePlan;
  readonly history: readonly StoreEvent[];
  readonly facts: readonly SiteFact[];
  readonly turnedAway: Site["turnedAway"];
  /** Keys of events whose reports were acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** What persons gave and was acknowledged. */
  readonly given: readonly Given[];
  readonly healedAtMs: number;
  /** Between the time of histories and that of records. */
  readonly wallOffsetMs: number;
  readonly final: FinalResponse;
}
