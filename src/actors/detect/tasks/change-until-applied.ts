import { StoreError, type Change, type Space } from "../../../store/index.ts";
import { DetectError } from "../errors.ts";

const mostTries = 12;

/**
 * Reads, and commits what follows from that; again when what was read has changed meanwhile.
 * @param what is changed, for people
 * @param plan the changes (none: nothing is to be written) and what is returned once they are made
 * @throws DetectError `busy`
 */
export const changeUntilApplied = async <Value>(
  space: Space,
  what: string,
  plan: () => Promise<{ readonly changes: readonly Change[]; readonly value: Value }>,
): Promise<Value> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { changes, value } = await plan();
    if (changes.length === 0) return value;
    try {
      await space.commit(undefined, changes);
      return value;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "version-conflict") throw error;
    }
  }
  throw new DetectError("busy", `${what} was changed by others ${mostTries} times: try again`, { retryable: true });
};
