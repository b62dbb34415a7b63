import { GarrisonError } from "../../base/errors.ts";

/**
 * - `invalid`: a request breaks a bound or a rule that the message names.
 * - `not-found`: no such sample, verdict or task is here, or it is forgotten.
 * - `too-large`: a sample is larger than one may be.
 * - `quota`: there is no room for another sample. Retryable.
 * - `busy`: others change the same thing all the time, or nothing can take it now. Retryable.
 * - `unavailable`: what is asked does not answer. Retryable.
 * - `corrupt`: the bytes of a sample are not those that its digest names.
 * - `no-centre`: no detection centre can be reached. Retryable.
 */
export type DetectErrorCode =
  "invalid" | "not-found" | "too-large" | "quota" | "busy" | "unavailable" | "corrupt" | "no-centre";

/** What the actors of detection, and those who ask them for something, throw. */
export class DetectError extends GarrisonError<DetectErrorCode> {}
