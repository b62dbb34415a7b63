import { GarrisonError } from "../../base/errors.ts";

/**
 * - `templates-not-found`: a path given for templates does not exist or cannot be read.
 * - `too-many-templates`: the paths hold more template files than the bound; name fewer or raise it.
 * - `invalid-target`: the target is not an absolute http or https URL.
 * - `invalid-scope`: an entry of the allow-list cannot be understood; the message names it.
 * - `invalid-option`: an option is outside its bounds.
 * - `invalid-bundle`: a bundle is damaged, is another one than its hash says, or is outside the bounds.
 * - `oob-unavailable`: there is no url for out-of-band interactions, since their server cannot be used. Retryable.
 * - `closed`: the engine was closed.
 */
export type ScanErrorCode =
  | "templates-not-found"
  | "too-many-templates"
  | "invalid-target"
  | "invalid-scope"
  | "invalid-option"
  | "invalid-bundle"
  | "oob-unavailable"
  | "closed";

/** What the scan engine throws. What a target does is never thrown: it is in the outcome. */
export class ScanError extends GarrisonError<ScanErrorCode> {}
