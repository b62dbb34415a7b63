import { ClientError, type CallErrorCode } from "../../client/index.ts";

const answered: ReadonlySet<CallErrorCode> = new Set([
  "resource-exhausted",
  "unauthenticated",
  "permission-denied",
  "invalid",
  "failed-precondition",
  "already-exists",
  "unimplemented",
]);

/** Whether a call that failed may have done what it was for. What could only not be written down was done. */
export const mayHaveBeenStored = (error: unknown): boolean =>
  !(error instanceof ClientError && answered.has(error.code)) || error.reason === "audit-failed";
