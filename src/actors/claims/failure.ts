import { KernelError } from "../../kernel/index.ts";
import type { Change, ClaimRef } from "../../store/index.ts";

/** Why a worker's last life ended, as its supervisor is told. */
export interface WorkerFailure {
  readonly message: string;
  /** It was killed from outside: the work itself is not to blame. */
  readonly killed: boolean;
}

export const failureOf = (error: Error | undefined): WorkerFailure | undefined =>
  error === undefined
    ? undefined
    : { message: error.message, killed: error instanceof KernelError && error.code === "killed" };

const firstRetryMs = 200;
const longestRetryMs = 30_000;

/** Gives back the claim of a worker that failed: a failure counts against the item, a kill counts as a loss. */
export const releaseAfter = (claim: ClaimRef & { readonly failures: number }, failure: WorkerFailure): Change => ({
  type: "release",
  claim: { queue: claim.queue, id: claim.id, token: claim.token },
  reason: failure.killed ? "lost" : "failed",
  error: failure.message.slice(0, 500),
  delayMs: failure.killed ? 0 : Math.min(longestRetryMs, firstRetryMs * 2 ** claim.failures),
});
