import { GarrisonError } from "../base/errors.ts";

/**
 * - `malformed`: the bytes are not a message of the expected type.
 * - `invalid`: a field breaks its bound; the message names the field and the bound.
 * - `not-loopback`: an address outside 127.0.0.0/8 and ::1, or not an address at all.
 */
export type WireErrorCode = "malformed" | "invalid" | "not-loopback";

/** What came over the wire, or was to go over it, is refused. */
export class WireError extends GarrisonError<WireErrorCode> {}
