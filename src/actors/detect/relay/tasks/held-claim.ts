import type { FetchedTask, TaskClaim } from "../../centre-port.ts";

/** A claim that this relay has, until the centre has heard of its end. Mutable, private to the manager of the tasks. */
export interface HeldClaim {
  /** Its token changes when it is claimed again while it is still here. */
  claim: TaskClaim;
  /** By the monotonic clock; later by each extension. */
  endsAtMs: number;
  /** How long it holds after an extension. */
  readonly leaseMs: number;
}

/** @param askedAtMs when it was asked for */
export const heldClaim = (task: FetchedTask, askedAtMs: number): HeldClaim => {
  const { taskId, kind, nth, token, claimLeftMs } = task;
  return { claim: { taskId, kind, nth, token }, endsAtMs: askedAtMs + claimLeftMs, leaseMs: claimLeftMs };
};
