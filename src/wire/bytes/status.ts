/**
 * How a call failed, as far as both ends agree on it.
 *
 * - `cancelled`: the caller gave up.
 * - `invalid`: the request breaks a bound or a rule, which the message names.
 * - `deadline`: no answer in time; whether it was done is unknown.
 * - `not-found`: there is no such scan, actor, node or queue.
 * - `already-exists`: the id stands for something else.
 * - `permission-denied`, `unauthenticated`: the credential does not allow it, or there is none.
 * - `resource-exhausted`: a bound of the node is reached for now.
 * - `failed-precondition`: something else has to be done first.
 * - `unimplemented`: the node does not know the call.
 * - `internal`: a defect.
 * - `unavailable`: the node, or the store behind it, is not there for now.
 */
export type CallErrorCode =
  | "cancelled"
  | "invalid"
  | "deadline"
  | "not-found"
  | "already-exists"
  | "permission-denied"
  | "unauthenticated"
  | "resource-exhausted"
  | "failed-precondition"
  | "unimplemented"
  | "internal"
  | "unavailable";

const statuses = {
  cancelled: [1, "CANCELLED"],
  invalid: [3, "INVALID_ARGUMENT"],
  deadline: [4, "DEADLINE_EXCEEDED"],
  "not-found": [5, "NOT_FOUND"],
  "already-exists": [6, "ALREADY_EXISTS"],
  "permission-denied": [7, "PERMISSION_DENIED"],
  "resource-exhausted": [8, "RESOURCE_EXHAUSTED"],
  "failed-precondition": [9, "FAILED_PRECONDITION"],
  unimplemented: [12, "UNIMPLEMENTED"],
  internal: [13, "INTERNAL"],
  unavailable: [14, "UNAVAILABLE"],
  unauthenticated: [16, "UNAUTHENTICATED"],
} as const satisfies Readonly<Record<CallErrorCode, readonly [number, string]>>;

/** A gRPC status by name, such as `NOT_FOUND`. */
export type StatusName = (typeof statuses)[CallErrorCode][1];

const codes = new Map<number, CallErrorCode>(
  Object.entries(statuses).map(([code, [status]]) => [status, code as CallErrorCode]),
);

/** The gRPC status of a code. */
export const statusName = (code: CallErrorCode): StatusName => statuses[code][1];

/** The code of a gRPC status. One that Garrison never sends means a defect. */
export const codeOf = (status: number): CallErrorCode => codes.get(status) ?? "internal";

/** Trailing metadata of a call that failed. */
export const detailKeys = {
  /** Stable name of the reason, such as `bundle-unknown`. */
  reason: "garrison-reason",
  /** `true`: the same call may succeed later. */
  retryable: "garrison-retryable",
  /** Not before this many milliseconds. */
  retryAfterMs: "retry-after-ms",
} as const;

/** Metadata of a call. */
export const callKeys = {
  /** `Bearer TOKEN`. */
  authorization: "authorization",
  /** A node passed the call on for this caller, as `formatCaller` writes it; it is not passed on again. */
  forwarded: "garrison-forwarded",
  /** The trace that the caller is in, as W3C Trace Context has it. */
  traceparent: "traceparent",
} as const;
