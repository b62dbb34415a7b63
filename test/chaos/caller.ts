import { ClientError, type GarrisonClient } from "../../src/client/index.ts";

/** Nodes that come and go, as somebody sees them who calls whichever answers. */
export interface Caller {
  /** Makes a call that is safe to repeat until a node answers. Rejects after a long silence. */
  ask<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output>;
  /** Makes a call that must not be repeated; `undefined`: it was refused, or nobody knows whether it was served. */
  askOnce<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output | undefined>;
}

/** Errors of nodes that end, or wait for others to: another call may be answered. */
const passing: ReadonlySet<string> = new Set(["unavailable", "deadline", "cancelled"]);

export const isPassing = (error: unknown): error is ClientError =>
  error instanceof ClientError && passing.has(error.code);
