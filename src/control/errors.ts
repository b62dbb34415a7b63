import { GarrisonError } from "../base/errors.ts";

/**
 * When the control plane starts:
 * - `not-loopback`: it was to listen on an address that other machines reach.
 * - `tls-unusable`: certificates or their keys cannot be read, are open to others, do not fit together, or are somebody else's.
 * - `listen-failed`: the address is in use, or not one of this machine.
 * - `socket-unsafe`: others may enter the folder of a unix socket.
 * - `token-missing`: there is no file with the operator token, or with that of a caller.
 * - `token-unsafe`: others may read the token's file, it belongs to another user, holds no token, or that of another caller.
 * - `token-exists`: a token was to be made where there is a file already.
 *
 * In calls:
 * - `invalid`: a rule of the request is broken that the message names.
 * - `out-of-scope`: the target, or the proxy, may not be contacted by this cluster.
 * - `scan-unknown`, `event-unknown`, `playbook-unknown`, `queue-unknown`, `actor-unknown`, `node-unknown`: there is none of that name.
 * - `node-gone`: the node has left, or is dead.
 * - `not-this-node`: a call that was passed on once is for yet another node.
 * - `queue-full`: as many scans wait as may. Retryable.
 * - `foreign-source`: who may only report named another source than itself.
 * - `too-fast`: a source reports more events than it may. Retryable; `ids.retryInMs` says when.
 * - `too-many-streams`, `too-many-uploads`: as many are open as may be. Retryable.
 * - `upload-broken`: the parts of an upload do not make up the bundle.
 * - `deadline`: it took longer than a call may. Retryable.
 * - `caller-gone`: the caller gave up before the end.
 * - `shutting-down`: the node ends; ask again, or another one. Retryable.
 * - `audit-failed`: what was done, if anything, could not be written to the audit log. Retryable.
 */
export type ControlErrorCode =
  | "not-loopback"
  | "tls-unusable"
  | "listen-failed"
  | "socket-unsafe"
  | "token-missing"
  | "token-unsafe"
  | "token-exists"
  | "invalid"
  | "out-of-scope"
  | "scan-unknown"
  | "event-unknown"
  | "playbook-unknown"
  | "queue-unknown"
  | "actor-unknown"
  | "node-unknown"
  | "node-gone"
  | "not-this-node"
  | "queue-full"
  | "foreign-source"
  | "too-fast"
  | "too-many-streams"
  | "too-many-uploads"
  | "upload-broken"
  | "deadline"
  | "caller-gone"
  | "shutting-down"
  | "audit-failed";

/** What the control plane refuses or cannot do. */
export class ControlError extends GarrisonError<ControlErrorCode> {}
