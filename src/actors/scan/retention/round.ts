import type { Lease, Space } from "../../../store/index.ts";

/** What the pieces of one round of retention work with. */
export interface Round {
  readonly space: Space;
  readonly lease: Lease;
  /** Wall time. */
  readonly nowMs: number;
}
