import { GarrisonError } from "../../base/errors.ts";

/**
 * - `bad-option`: an option of the practice site is not usable; the message names the option and what it takes.
 * - `cannot-listen`: the port is taken or not allowed.
 * - `log-unwritable`: the access log cannot be opened.
 */
export type PracticeSiteErrorCode = "bad-option" | "cannot-listen" | "log-unwritable";

/** What can go wrong when the practice website starts. */
export class PracticeSiteError extends GarrisonError<PracticeSiteErrorCode> {}
