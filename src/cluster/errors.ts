import { GarrisonError } from "../base/errors.ts";

/**
 * - `id-in-use`: a live node has this id; the message names it.
 * - `settings-differ`: the nodes that take part run with other values of settings that have to agree; the message names them.
 * - `table-full`: as many nodes take part as the table has room for.
 * - `ended`: this incarnation was declared dead, or replaced, while it joined. Retryable, as another one.
 * - `not-owner`: the grant is over, or the store said that somebody else owns it now; nothing was written.
 * - `busy`: other nodes changed the table at the same time again and again, or one has this node's lease for a moment. Retryable.
 */
export type ClusterErrorCode = "id-in-use" | "settings-differ" | "table-full" | "ended" | "not-owner" | "busy";

export class ClusterError extends GarrisonError<ClusterErrorCode> {}
