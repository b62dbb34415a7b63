import { StoreError, type Change, type Space } from "../../../store/index.ts";

/** Commits what a person wants. False: a record was not as the changes expect it. */
export const applied = async (space: Space, changes: readonly Change[]): Promise<boolean> => {
  try {
    await space.commit(undefined, changes);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};
