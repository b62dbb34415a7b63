import type { Logger } from "../../../../kernel/index.ts";
import { placeCrossings } from "../interceptions/place-crossings.ts";
import { ReportBatch, type WaitingReport } from "./report-batch.ts";
import { addCounts, type ShardCounts } from "./shard-counts.ts";
import { commitChanges, type ShardWork } from "../shard-state.ts";

/**
 * Counts waiting reports in one commit, as many as it takes, and answers those that are done. One that is larger goes on with the next call.
 *
 * @throws ClusterError `not-owner`, StoreError: nothing was answered, and the state is not that of the store any more
 */
export const countReports = async (
  work: ShardWork,
  waiting: WaitingReport[],
  counts: ShardCounts,
  log: Logger,
): Promise<void> => {
  const { state, grant, clock } = work;
  const nowMs = clock.wallMs();
  const batch = new ReportBatch(state, nowMs);
  let done = 0;
  for (const report of waiting) {
    // Whoever waits no more sends it again.
    if (report.replyTo.remainingMs() > 0 && !batch.add(report)) break;
    done += 1;
  }
  const journal = state.journal.append(grant.shard, batch.entries);
  const { changes, refused } = await placeCrossings(work, batch.crossings, nowMs);
  const seen = [...batch.proxies].map((proxy) => state.seen.change(grant.shard, proxy));
  if (seen.length > 0) await commitChanges(work, [...journal, ...changes, ...seen]);
  if (refused > 0) log.warn({ refused }, "subjects that crossed a limit found no place among the interceptions");
  addCounts(counts, { ...batch.counts, uncounted: batch.counts.uncounted + refused });
  for (const { outcomes, replyTo } of waiting.splice(0, done)) replyTo.tell({ type: "reported", outcomes });
};
