import type { Clock } from "../../base/clock.ts";
import { StoreError, type Change, type CommitResult } from "../../store/index.ts";
import { ClusterError } from "../errors.ts";
import type { Grant } from "./grant.ts";

/**
 * Commits as the owner of a shard. A node that was frozen finds out here that it is no longer the owner: before the call if its own
 * deadline has passed, else by the fence.
 * @throws ClusterError `not-owner`: nothing was changed, and the owned actor is being stopped; StoreError. Both as a rejection.
 */
export const commitUnder = async (grant: Grant, clock: Clock, changes: readonly Change[]): Promise<CommitResult> => {
  if (clock.monotonicMs() >= grant.deadlineMs()) throw notOwner(grant, "its lease was not renewed in time");
  try {
    return await grant.space.commit(grant.guard, changes);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "stale-guard")) throw error;
    grant.surrender();
    throw notOwner(grant, "another node has taken it", error);
  }
};

const notOwner = ({ kind, shard, token }: Grant, why: string, cause?: Error): ClusterError =>
  new ClusterError("not-owner", `this node does not own shard ${shard} of ${kind} any more: ${why}`, {
    ids: { kind, shard, token },
    cause,
  });
