/** Something that takes turns. */
export interface Runnable {
  /** Set by the dispatcher's caller while the runnable waits in, or runs from, the ready queue. */
  scheduled: boolean;
  /** Whether it wants another turn after the one it has just had. */
  again: boolean;
  /** Handles up to `limit` messages, of which the begin of a life is one, and returns how many. Throws only for a defect of the kernel. */
  run(limit: number): number;
}

/** Decides when ready actors run. One at a time per dispatcher, never inside the call of `schedule`. */
export interface Dispatcher {
  schedule(runnable: Runnable): void;
  /** Ends the dispatcher; nothing scheduled later runs. Idempotent. */
  close(): void;
}

/** `system` actors do not wait for the turns of `default` actors. */
export type DispatcherName = (typeof dispatcherNames)[number];
export const dispatcherNames = ["default", "system"] as const;
