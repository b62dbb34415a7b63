import type { Space } from "../../../store/index.ts";
import { clipped } from "../clipped.ts";
import { Problems } from "../problems.ts";
import { reportsOf } from "../records/reports.ts";
import { rowsOf } from "../../claims/rows-of.ts";
import type { ScanSummary, SubtaskCounts } from "../report.ts";
import { parseSubtask, subtaskQueue } from "../work.ts";

const keptLines = 100;

/** Sums up what the subtasks of a scan have left in the store. */
export const summarise = async (
  space: Space,
  taskId: string,
  target: string,
  subtasks: SubtaskCounts,
): Promise<ScanSummary> => {
  const requests = { planned: 0, sent: 0, failed: 0, skipped: 0, unneeded: 0 };
  const problems = new Problems();
  let findings = 0;
  let lostFindings = 0;
  for await (const report of reportsOf(space, taskId)) {
    requests.planned += report.requests.planned;
    requests.sent += report.requests.sent;
    requests.failed += report.requests.failed;
    requests.skipped += report.requests.skipped;
    requests.unneeded += report.requests.unneeded;
    findings += report.findings;
    lostFindings += report.lostFindings;
    for (const problem of report.problems) problems.add(problem);
  }
  const complete =
    subtasks.done === subtasks.planned && requests.failed === 0 && requests.skipped === 0 && lostFindings === 0;
  const deadLetters = subtasks.dead > 0 ? await deadLettersOf(space, taskId) : [];
  return { target, subtasks, requests, findings, problems: problems.list(), deadLetters, complete };
};

/** The subtasks that were given up, each with its templates and the reason. */
const deadLettersOf = async (space: Space, taskId: string): Promise<string[]> => {
  const lines: string[] = [];
  for await (const letter of rowsOf((page) => space.queue.deadLetters(subtaskQueue, page))) {
    if (letter.group !== taskId) continue;
    const { templates } = parseSubtask(letter.body);
    const reason = letter.lastError ?? "the process that ran it ended";
    lines.push(clipped(`${letter.id} (${letter.limit}): ${reason}; templates: ${templates.join(", ")}`));
    if (lines.length === keptLines) break;
  }
  return lines;
};
