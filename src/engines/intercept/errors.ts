import { GarrisonError } from "../../base/errors.ts";

/**
 * - `invalid-rule`: a rule is not as it has to be; the message names the place.
 * - `invalid-network`: neither an address nor a network.
 */
export type InterceptErrorCode = "invalid-rule" | "invalid-network";

/** What interception throws for how it was set up. What an access holds is never thrown. */
export class InterceptError extends GarrisonError<InterceptErrorCode> {}
