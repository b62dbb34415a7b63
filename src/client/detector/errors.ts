import { GarrisonError } from "../../base/errors.ts";

/**
 * - `invalid`: an option breaks a bound that the message names.
 * - `hung`: the engine did not end a scan whose time was over, or did not close: only the end of the process ends it.
 */
export type DetectorErrorCode = "invalid" | "hung";

/** Why a detector cannot run, or not any longer. */
export class DetectorError extends GarrisonError<DetectorErrorCode> {}
