import type { Change } from "../../../store/index.ts";

/** Changes that go into one commit, and how much JSON they are. */
export interface CommitPart {
  readonly changes: readonly Change[];
  readonly chars: number;
}

/** What one commit takes, if a change alone is not more. There is room for a few small ones besides. */
export const changesPerCommit = 900;
export const charsPerCommit = 4 * 1024 * 1024;

/** Cuts changes into parts that fit in a commit, in their order. */
export const cutChanges = (changes: readonly Change[]): readonly CommitPart[] => {
  const parts: { changes: Change[]; chars: number }[] = [{ changes: [], chars: 0 }];
  for (const change of changes) {
    const chars = JSON.stringify(change).length;
    let part = parts.at(-1);
    const full = part !== undefined && part.changes.length > 0;
    if (
      part === undefined ||
      (full && (part.changes.length >= changesPerCommit || part.chars + chars > charsPerCommit))
    ) {
      part = { changes: [], chars: 0 };
      parts.push(part);
    }
    part.changes.push(change);
    part.chars += chars;
  }
  return parts;
};
