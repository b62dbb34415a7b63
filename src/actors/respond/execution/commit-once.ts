import type { Context } from "../../../kernel/index.ts";
import { StoreError, type Change, type Claim, type Space } from "../../../store/index.ts";
import { attempt } from "../../claims/store-calls.ts";

/**
 * What a commit under a claim came to. `stale`: the claim is no longer held, or the commit had been made before and ended it. `changed`: a
 * record is not as it was read. `unavailable`: it may or may not have been made.
 */
export type Committed = "kept" | "stale" | "changed" | "unavailable";

/** Commits what depends on records that others change, too: whoever calls reads them anew unless it was kept. */
export const commitOnce = async (
  space: Space,
  claim: Claim,
  changes: readonly Change[],
  context: Pick<Context<never>, "log">,
): Promise<Committed> => {
  try {
    const made = await attempt(context, "commit", () => space.commit({ type: "claim", claim }, changes));
    return made.status === "ok" ? "kept" : made.status;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return "changed";
    throw error;
  }
};
