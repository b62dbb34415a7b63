import { GarrisonError } from "../base/errors.ts";

/**
 * - `malformed`: the bytes are not a message of the expected type.
 * - `oversized`: a message is larger than is allowed.
 * - `invalid`: a field breaks its bound; the message names the field and the bound.
 * - `not-loopback`: an address outside 127.0.0.0/8 and ::1, or not an address at all.
 * - `wrong-server`: the certificate of a server is not that of the node that was meant.
 * - `not-an-address`: no HOST:PORT.
 */
export type WireErrorCode = "malformed" | "oversized" | "invalid" | "not-loopback" | "wrong-server" | "not-an-address";

/** What came over the wire, or was to go over it, is refused. */
export class WireError extends GarrisonError<WireErrorCode> {}
