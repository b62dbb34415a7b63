import { GarrisonError } from "../base/errors.ts";

/**
 * - `deadline`: no answer in time. Whether the change was made is unknown: repeat it with the same ids. Retryable.
 * - `busy`: too many calls are waiting; the call was not made. Retryable.
 * - `closed`: the store was closed, or its thread died.
 * - `stale-guard`: the claim or lease of the guard is no longer held; nothing was changed.
 * - `version-conflict`: a record is not at the expected version; nothing was changed.
 * - `invalid`: the call breaks a bound or a rule named in the message; nothing was changed.
 * - `corrupt`: the store's files cannot be read, or are no longer those that were opened.
 * - `newer-schema`: the store was written by a later version of Garrison.
 * - `unsupported-filesystem`: the directory is on a network filesystem, where its locks do not hold.
 * - `full`: the disk has too little room for a transaction; nothing was changed. Retryable.
 * - `internal`: a defect in the store; nothing was changed.
 */
export type StoreErrorCode =
  | "deadline"
  | "busy"
  | "closed"
  | "stale-guard"
  | "version-conflict"
  | "invalid"
  | "corrupt"
  | "newer-schema"
  | "unsupported-filesystem"
  | "full"
  | "internal";

export class StoreError extends GarrisonError<StoreErrorCode> {}
