import { bounds, type Change, type Claim } from "../../store/index.ts";
import type { SubtaskOutcome } from "./engine.ts";
import { findingKey, reportKey, type ScanSubtask, type SubtaskReport } from "./work.ts";

const keptProblems = 100;
const problemLength = 500;
/** The end of the item and its report take two changes of the commit. */
const mostFindings = bounds.changes - 2;

/** One commit for all that a subtask leaves: its findings, its report, its end. */
export const subtaskChanges = (claim: Claim, subtask: ScanSubtask, outcome: SubtaskOutcome): readonly Change[] => {
  const findings = outcome.findings.slice(0, mostFindings);
  const left = outcome.findings.length - findings.length;
  const problems = [
    ...outcome.problems,
    ...(left > 0 ? [`${left} findings beyond ${mostFindings} were not kept`] : []),
  ];
  const report: SubtaskReport = {
    requests: outcome.requests,
    findings: findings.length,
    problems: problems.slice(0, keptProblems).map((problem) => problem.slice(0, problemLength)),
    problemCount: problems.length,
  };
  return [
    ...findings.map((value, index): Change => ({
      type: "put",
      key: findingKey(subtask.taskId, claim.id, index),
      value,
    })),
    { type: "put", key: reportKey(subtask.taskId, claim.id), value: report },
    { type: "finish", claim, outcome: "done", result: report.requests },
  ];
};
