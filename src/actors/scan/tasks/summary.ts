import { bounds, type GroupView, type Page, type Space } from "../../../store/index.ts";
import { clipped } from "../clipped.ts";
import { Problems } from "../problems.ts";
import { parseReport, reportPrefix, subtaskQueue, type ScanSummary } from "../work.ts";

const keptLines = 100;

/** Every row of a listing, a page at a time. */
async function* rowsOf<Row>(page: (after: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row> {
  let after: string | undefined;
  do {
    const { rows, next } = await page(after);
    yield* rows;
    after = next;
  } while (after !== undefined);
}

/** Sums up what the subtasks of a scan have left in the store. */
export const summarise = async (
  space: Space,
  taskId: string,
  target: string,
  group: GroupView,
): Promise<ScanSummary> => {
  const requests = { planned: 0, sent: 0, failed: 0, skipped: 0, unneeded: 0 };
  const problems = new Problems();
  let findings = 0;
  let lostFindings = 0;
  const paged = (after: string | undefined): { limit: number; after?: string } =>
    after === undefined ? { limit: bounds.page } : { limit: bounds.page, after };
  for await (const row of rowsOf((after) => space.records.list(reportPrefix(taskId), paged(after)))) {
    const report = parseReport(row.value);
    requests.planned += report.requests.planned;
    requests.sent += report.requests.sent;
    requests.failed += report.requests.failed;
    requests.skipped += report.requests.skipped;
    requests.unneeded += report.requests.unneeded;
    findings += report.findings;
    lostFindings += report.lostFindings;
    for (const problem of report.problems) problems.add(problem);
  }
  const deadLetters: string[] = [];
  if (group.dead > 0) {
    for await (const letter of rowsOf((after) => space.queue.deadLetters(subtaskQueue, paged(after)))) {
      if (letter.group !== taskId || deadLetters.length === keptLines) continue;
      deadLetters.push(clipped(`${letter.id} (${letter.limit}): ${letter.lastError ?? "no error known"}`));
    }
  }
  const { planned, done, failed, cancelled, dead } = group;
  return {
    target,
    subtasks: { planned, done, failed, cancelled, dead },
    requests,
    findings,
    problems: problems.list(),
    deadLetters,
    complete: done === planned && requests.failed === 0 && requests.skipped === 0 && lostFindings === 0,
  };
};
