import { GarrisonError } from "../../base/errors.ts";

/**
 * - `invalid`: a request breaks a bound or a rule that the message names.
 * - `never-block`: the subject is never to be blocked.
 * - `not-found`: no such rule or block is there, or it is forgotten.
 * - `conflict`: the request contradicts what was decided before.
 * - `busy`: others change the same thing all the time, or there is no room. Retryable.
 * - `unavailable`: what is asked does not answer now. Retryable.
 * - `corrupt`: what the store holds of a shard does not fit together.
 */
export type InterceptionErrorCode =
  "invalid" | "never-block" | "not-found" | "conflict" | "busy" | "unavailable" | "corrupt";

/** What the service of interception, and those who ask it for something, throw. */
export class InterceptionError extends GarrisonError<InterceptionErrorCode> {}
