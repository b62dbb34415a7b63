import { runQueue } from "../../../../src/actors/respond/index.ts";
import type { StoreEvent } from "../../store-history.ts";
import type { StepRef } from "../site.ts";

/** A claim on a run. */
export interface RunClaim {
  readonly runId: string;
  /** Of the queue: a run that waited has another one. */
  readonly item: string;
  readonly token: number;
  readonly owner: string;
  readonly fromMs: number;
  /** When it ran out, as it was last prolonged. */
  deadlineMs: number;
  /** When it was given back, or its run ended or was cancelled. Infinity: it ran out. */
  overMs: number;
}

const runOf = (item: string): string => item.split(".")[0] ?? item;

/** All claims on runs, in the order in which they were made. */
export const runClaimsOf = (history: readonly StoreEvent[]): readonly RunClaim[] => {
  const claims: RunClaim[] = [];
  const byToken = new Map<number, RunClaim>();
  for (const event of history) {
    if (event.type === "claimed") {
      for (const { queue, id, token } of event.claims) {
        if (queue !== runQueue) continue;
        const claim: RunClaim = {
          ...{ runId: runOf(id), item: id, token, owner: event.owner, fromMs: event.atMs },
          ...{ deadlineMs: event.atMs + event.leaseMs, overMs: Number.POSITIVE_INFINITY },
        };
        claims.push(claim);
        byToken.set(token, claim);
      }
    } else if (event.type === "extended") {
      for (const { queue, token } of event.claims) {
        const claim = queue === runQueue ? byToken.get(token) : undefined;
        if (claim !== undefined) claim.deadlineMs = event.atMs + event.leaseMs;
      }
    } else if (event.type === "withdrawn" && event.queue === runQueue) {
      for (const id of event.ids) {
        for (const claim of claims) if (claim.item === id) claim.overMs = Math.min(claim.overMs, event.atMs);
      }
    } else if (event.type === "committed") {
      for (const change of event.changes) {
        if (change.type !== "finish" && change.type !== "release") continue;
        const claim = change.claim.queue === runQueue ? byToken.get(change.claim.token) : undefined;
        if (claim !== undefined) claim.overMs = Math.min(claim.overMs, event.atMs);
      }
    }
  }
  return claims;
};

/** The claim under which a process of a node was started: the latest that the node had then. */
export const claimOf = (
  claims: readonly RunClaim[],
  {
    runId,
    process,
  }: Pick<StepRef, "runId"> & { readonly process: { readonly node: string; readonly startedAtMs: number } },
): RunClaim | undefined =>
  claims.findLast(
    (claim) => claim.runId === runId && claim.owner === process.node && claim.fromMs <= process.startedAtMs,
  );
