import { GarrisonError } from "../base/errors.ts";

/**
 * - `unsafe-folder`: the folder is not only ours; the message says what to do.
 * - `unusable-folder`: the folder cannot be made or read.
 */
export type SharedMemoryErrorCode = "unsafe-folder" | "unusable-folder";

/** What shared memory throws when it is opened. */
export class SharedMemoryError extends GarrisonError<SharedMemoryErrorCode> {}
