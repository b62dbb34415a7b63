import type { Space } from "../../../store/index.ts";
import { parseReport, type SubtaskReport } from "../report.ts";
import { reportPrefix } from "./keys.ts";
import { rowsOf } from "../../claims/rows-of.ts";

/** What the finished subtasks of a scan have reported. */
export async function* reportsOf(space: Space, taskId: string): AsyncGenerator<SubtaskReport> {
  for await (const { value } of rowsOf((page) => space.records.list(reportPrefix(taskId), page))) {
    yield parseReport(value);
  }
}
