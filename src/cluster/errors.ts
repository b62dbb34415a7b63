import { GarrisonError } from "../base/errors.ts";

/**
 * - `id-in-use`: a live node has this id; the message names it.
 * - `settings-differ`: the nodes that are up run with other values of settings that have to agree; the message names them.
 * - `busy`: other nodes joined at the same time again and again. Retryable.
 */
export type ClusterErrorCode = "id-in-use" | "settings-differ" | "busy";

export class ClusterError extends GarrisonError<ClusterErrorCode> {}
