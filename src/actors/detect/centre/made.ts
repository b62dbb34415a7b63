import type { Decision, DetectorAnswer, VerdictRule } from "../../../engines/malware/index.ts";
import type { TaskRecord } from "../records/task-record.ts";
import type { VerdictEntry } from "../records/verdict-record.ts";

/** A decision and what it was made with. */
export interface Made {
  readonly taskId: string;
  readonly task: TaskRecord;
  readonly decidedAtMs: number;
  readonly decision: Decision;
  readonly entry: VerdictEntry;
  readonly rule: VerdictRule;
  readonly answers: readonly DetectorAnswer[];
}
