import type { Clock } from "../../base/clock.ts";
import type { Page, Space, StoredRecord } from "../../store/index.ts";

/** Entries that one listing looks at, and how long it goes on to look: a page may be short, or empty, although others follow. */
const mostLookedAt = 500;
const longestLookMs = 1_000;
const viewsAtOnce = 100;

export interface Listed<View> {
  readonly space: Space;
  readonly clock: Clock;
  /** Of the entries, which are in the order of the listing. */
  readonly prefix: string;
  /** What the entries stand for, without those that are gone. At most 100 at once. */
  readonly viewsOf: (entries: readonly StoredRecord[]) => Promise<readonly View[]>;
  readonly isWanted: (view: View) => boolean;
}

/** Those of an index that are wanted. `next` of a page continues it. Rejects with a StoreError. */
export const listViews = async <View>(
  { space, clock, prefix, viewsOf, isWanted }: Listed<View>,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<Page<View>> => {
  const untilMs = clock.monotonicMs() + longestLookMs;
  const rows: View[] = [];
  let cursor = after === undefined ? undefined : `${prefix}${after}`;
  for (let looked = 0; ;) {
    const page = await space.records.list(prefix, {
      limit: Math.min(viewsAtOnce, limit - rows.length),
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    rows.push(...(await viewsOf(page.rows)).filter(isWanted));
    looked += page.rows.length;
    cursor = page.next;
    if (cursor === undefined) return { rows, next: undefined };
    if (rows.length >= limit || looked >= mostLookedAt || clock.monotonicMs() >= untilMs) {
      return { rows, next: cursor.slice(prefix.length) };
    }
  }
};
