import { GarrisonError } from "../../base/errors.ts";

/**
 * - `invalid`: the scan breaks a bound or a rule that the message names.
 * - `bundle-unknown`: the templates are not in the store; put the bundle first.
 * - `bundle-corrupt`: the bytes of a bundle in the store are not all there, or not those that were put.
 * - `id-taken`: another scan has this id.
 */
export type ScanActorErrorCode = "invalid" | "bundle-unknown" | "bundle-corrupt" | "id-taken";

/** What the scan actors, and those who submit to them, throw. */
export class ScanActorError extends GarrisonError<ScanActorErrorCode> {}
