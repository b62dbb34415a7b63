import { asError, GarrisonError } from "../../base/errors.ts";
import { InterceptionError, type InterceptionErrorCode } from "../../actors/guard/index.ts";
import { DetectError, type DetectErrorCode } from "../../actors/detect/index.ts";
import { RespondError, type RespondErrorCode } from "../../actors/respond/index.ts";
import { ScanActorError, type ScanActorErrorCode } from "../../actors/scan/index.ts";
import { ClientError } from "../../client/index.ts";
import { InterceptError } from "../../engines/intercept/index.ts";
import { ScanError } from "../../engines/scan/index.ts";
import { StoreError, type StoreErrorCode } from "../../store/index.ts";
import { WireError, type CallErrorCode } from "../../wire/index.ts";
import { ControlError, type ControlErrorCode } from "../errors.ts";

/** What a caller is told about a call that failed. */
export interface CallFailure {
  readonly code: CallErrorCode;
  /** Stable name of what is wrong. */
  readonly reason: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** The error, if it is this node's to look into and so to log. */
  readonly defect?: Error;
}

const controlCodes: Readonly<Record<ControlErrorCode, CallErrorCode>> = {
  "not-loopback": "internal",
  "tls-unusable": "internal",
  "listen-failed": "internal",
  "socket-unsafe": "internal",
  "token-missing": "internal",
  "token-unsafe": "internal",
  "token-exists": "internal",
  invalid: "invalid",
  "out-of-scope": "invalid",
  "scan-unknown": "not-found",
  "event-unknown": "not-found",
  "playbook-unknown": "not-found",
  "queue-unknown": "not-found",
  "actor-unknown": "not-found",
  "node-unknown": "not-found",
  "node-gone": "unavailable",
  "not-this-node": "failed-precondition",
  "queue-full": "resource-exhausted",
  "foreign-source": "permission-denied",
  "too-fast": "resource-exhausted",
  "too-many-streams": "resource-exhausted",
  "too-many-uploads": "resource-exhausted",
  "upload-broken": "invalid",
  deadline: "deadline",
  "caller-gone": "cancelled",
  "shutting-down": "unavailable",
  "audit-failed": "unavailable",
};

const scanCodes: Readonly<Record<ScanActorErrorCode, CallErrorCode>> = {
  invalid: "invalid",
  "bundle-unknown": "failed-precondition",
  "bundle-corrupt": "internal",
  "id-taken": "already-exists",
};

const respondCodes: Readonly<Record<RespondErrorCode, CallErrorCode>> = {
  invalid: "invalid",
  "queue-full": "resource-exhausted",
  "playbook-unknown": "not-found",
  "run-unknown": "not-found",
  "run-not-ended": "failed-precondition",
  "no-question": "failed-precondition",
  "code-corrupt": "internal",
};

const detectCodes: Readonly<Record<DetectErrorCode, CallErrorCode>> = {
  invalid: "invalid",
  "not-found": "not-found",
  "too-large": "invalid",
  quota: "resource-exhausted",
  busy: "unavailable",
  unavailable: "unavailable",
  corrupt: "invalid",
  "no-centre": "unavailable",
};

const interceptionCodes: Readonly<Record<InterceptionErrorCode, CallErrorCode>> = {
  invalid: "invalid",
  "never-block": "permission-denied",
  "not-found": "not-found",
  conflict: "failed-precondition",
  busy: "unavailable",
  unavailable: "unavailable",
  corrupt: "internal",
};

const storeCodes: Readonly<Partial<Record<StoreErrorCode, CallErrorCode>>> = {
  invalid: "invalid",
  deadline: "unavailable",
  busy: "unavailable",
  closed: "unavailable",
  full: "resource-exhausted",
  unavailable: "unavailable",
  denied: "unavailable",
  "stale-guard": "unavailable",
  "version-conflict": "unavailable",
};

const codeFor = (error: GarrisonError): CallErrorCode => {
  // What cannot be written down for want of room is refused like what cannot be stored.
  if (error instanceof ControlError) return isFull(error.cause) ? "resource-exhausted" : controlCodes[error.code];
  if (error instanceof ScanActorError) return scanCodes[error.code];
  if (error instanceof RespondError) return respondCodes[error.code];
  if (error instanceof DetectError) return detectCodes[error.code];
  if (error instanceof InterceptionError) return interceptionCodes[error.code];
  if (error instanceof StoreError) return storeCodes[error.code] ?? "internal";
  if (error instanceof WireError || error instanceof InterceptError) return "invalid";
  if (error instanceof ScanError) return error.code === "closed" ? "unavailable" : "invalid";
  if (error instanceof ClientError) return error.code;
  return "internal";
};

const retryAfterMs: Readonly<Partial<Record<ControlErrorCode, number>>> = {
  "queue-full": 5_000,
  "too-many-streams": 1_000,
  "too-many-uploads": 1_000,
};

const isFull = (error: unknown): boolean => error instanceof StoreError && error.code === "full";

/** Room comes back when a person makes some, or old records are forgotten. */
const roomAfterMs = 2_000;

const retryAfterOf = (error: GarrisonError): number | undefined => {
  if (error instanceof ClientError) return error.retryAfterMs;
  if (isFull(error) || isFull(error.cause)) return roomAfterMs;
  const { retryInMs } = error.ids;
  if (typeof retryInMs === "number") return retryInMs;
  return error instanceof ControlError ? retryAfterMs[error.code] : undefined;
};

const isGarrisonError = (error: Error): error is GarrisonError => error instanceof GarrisonError;

/** What was thrown, as the caller is told of it. A defect is not explained to callers: the log has it. */
export const callFailure = (thrown: unknown): CallFailure => {
  const error = asError(thrown);
  if (!isGarrisonError(error)) return defect(error);
  const code = codeFor(error);
  if (code === "internal" && !(error instanceof ClientError)) return defect(error);
  const after = retryAfterOf(error);
  const reason = error instanceof ClientError ? (error.reason ?? error.code) : error.code;
  return {
    code,
    reason,
    message: error.message,
    retryable: error.retryable || code === "unavailable",
    ...(after === undefined ? {} : { retryAfterMs: after }),
    ...(error instanceof StoreError && code === "unavailable" ? { defect: error } : {}),
  };
};

const defect = (error: Error): CallFailure => ({
  code: "internal",
  reason: "internal",
  message: "a defect in the node; its log says more",
  retryable: false,
  defect: error,
});
