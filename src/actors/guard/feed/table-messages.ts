import { mostFeedEntries, type FeedChanges } from "../guard-port.ts";
import type { FeedFilter } from "./feed-filter.ts";
import type { ShardTable } from "./shard-table.ts";

/**
 * What brings a subscriber from a sequence of a shard to that of its table now: what changed since, or the whole table where that is not known.
 * All of it is of one moment, whatever happens to the table before the last message is taken.
 *
 * @param position undefined: it has nothing of the shard
 */
export const tableMessages = (
  shard: number,
  table: ShardTable,
  position: number | undefined,
  filter: FeedFilter,
): Iterable<FeedChanges> => {
  const sequence = table.sequence ?? 0;
  const changed = position === undefined ? undefined : table.since(position);
  const { put, dropped } = changed === undefined ? { put: filter.all(table), dropped: [] } : filter.of(changed);
  const { entries, checksum } = filter.sum(table);
  const anew = changed === undefined;
  const last = Math.max(1, Math.ceil(Math.max(put.length, dropped.length) / mostFeedEntries)) - 1;
  const begin = anew ? 0 : (position ?? 0);
  return (function* () {
    for (let at = 0; at <= last; at += 1) {
      const [from, to] = [at * mostFeedEntries, (at + 1) * mostFeedEntries];
      const isLast = at === last;
      yield {
        type: "changes",
        shard,
        afterSequence: at === 0 ? begin : sequence,
        sequence,
        anew,
        put: put.slice(from, to),
        dropped: dropped.slice(from, to),
        complete: isLast,
        entries: isLast ? entries : 0,
        checksum: isLast ? checksum : 0,
      } satisfies FeedChanges;
    }
  })();
};
