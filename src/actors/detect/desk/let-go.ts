import { bounds, StoreError, type Change, type Space } from "../../../store/index.ts";

type LetGo = Extract<Change, { readonly type: "finish" | "release" }>;

/** Ends claims or gives them back, in as few commits as can be. One that is lost meanwhile is nobody's business here, and keeps no other. */
export const letGo = async (space: Space, changes: readonly LetGo[]): Promise<void> => {
  if (changes.length === 0) return;
  if (changes.length > bounds.changes) {
    await letGo(space, changes.slice(0, bounds.changes));
    return letGo(space, changes.slice(bounds.changes));
  }
  try {
    await space.commit(undefined, changes);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "stale-guard") throw error;
    if (changes.length > 1) for (const change of changes) await letGo(space, [change]);
  }
};
