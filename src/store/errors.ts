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
 * - `full`: the disk, or the memory of the server, has too little room; nothing was changed. Retryable.
 * - `unavailable`: the server cannot be reached, or does not serve at the moment; nothing was changed. Retryable.
 * - `denied`: the server refuses this user or its certificate is not trusted; nothing was changed. Retryable: it can be
 *   mended on the server.
 * - `unsupported-server`: the server is too old, part of a cluster, or set to throw data away.
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
  | "unavailable"
  | "denied"
  | "unsupported-server"
  | "internal";

export class StoreError extends GarrisonError<StoreErrorCode> {}
