import { StoreError, type Change, type Lease, type Space } from "../../../store/index.ts";

/** What the pieces of one round of retention work with. */
export interface Round {
  readonly space: Space;
  readonly lease: Lease;
  /** Wall time. */
  readonly nowMs: number;
}

/** Commits under the lease of the round. False: a record was not as the changes expect it. */
export const committed = async ({ space, lease }: Round, changes: readonly Change[]): Promise<boolean> => {
  try {
    await space.commit({ type: "lease", lease }, changes);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};
