import { asError } from "../../base/errors.ts";
import { StoreError, type Change, type Claim, type Space } from "../../store/index.ts";
import { releaseAfter } from "./failure.ts";
import type { WorkerContext, WorkOff } from "./queue-worker.ts";
import { attempt } from "./store-calls.ts";

/**
 * Does the work of one item, its end included: by a commit under the claim. Rejects when that failed: then it is tried again, and given up in
 * the end.
 */
export type HandleClaim = (claim: Claim, signal: AbortSignal) => Promise<void>;

/** Where the store did not answer, the item is tried again after this long. */
const againMs = 250;

/** Works claims off side by side, each by itself. One that fails goes back with a failure counted, unless it was the store that failed. */
export const eachClaim =
  (space: Space, context: WorkerContext, handle: HandleClaim): WorkOff =>
  async (claims) => {
    const left = await Promise.all(claims.map((claim) => handleOne(space, context, handle, claim)));
    return left.filter((claim) => claim !== undefined);
  };

/** The claim, if it could not even be given back. */
const handleOne = async (
  space: Space,
  context: WorkerContext,
  handle: HandleClaim,
  claim: Claim,
): Promise<Claim | undefined> => {
  try {
    await handle(claim, context.signal);
    return undefined;
  } catch (thrown) {
    const error = asError(thrown);
    // Another one has the item, and does the work.
    if (error instanceof StoreError && error.code === "stale-guard") return undefined;
    const ownFault = !(error instanceof StoreError && error.retryable) && !context.signal.aborted;
    if (ownFault)
      context.log.warn({ err: error, queue: claim.queue, item: claim.id }, "an item could not be worked off");
    const release: Change = ownFault
      ? releaseAfter(claim, { message: error.message, killed: false })
      : { type: "release", claim, reason: "returned", delayMs: againMs };
    const released = await attempt(context, `release of ${claim.queue}`, () => space.commit(undefined, [release]));
    return released.status === "unavailable" ? claim : undefined;
  }
};
