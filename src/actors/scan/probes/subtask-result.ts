import { bounds, type Change, type Claim } from "../../../store/index.ts";
import type { Json } from "../../../base/json.ts";
import type { SubtaskOutcome } from "../engine.ts";
import { Problems } from "../problems.ts";
import { findingKey, reportKey } from "../records/keys.ts";
import type { SubtaskReport } from "../report.ts";
import type { ScanSubtask } from "../work.ts";

/** The end of the item and its report take two changes of the commit. */
const mostFindings = bounds.changes - 2;
/** Bytes of JSON that the findings of one subtask take together: they travel in one call. */
const mostBytes = bounds.callBytes / 2;

/** The findings that fit, from the first one on. */
const fitting = (findings: readonly Json[]): readonly Json[] => {
  let left = mostBytes;
  return findings.slice(0, mostFindings).filter((finding) => {
    const bytes = Buffer.byteLength(JSON.stringify(finding));
    if (bytes > left || bytes > bounds.bodyBytes) return false;
    left -= bytes;
    return true;
  });
};

/** One commit for all that a subtask leaves: its findings, its report, its end. */
export const subtaskChanges = (claim: Claim, subtask: ScanSubtask, outcome: SubtaskOutcome): readonly Change[] => {
  const findings = fitting(outcome.findings);
  const lostFindings = outcome.findings.length - findings.length + outcome.droppedFindings;
  const problems = new Problems();
  if (lostFindings > 0)
    problems.add({ what: `${lostFindings} findings were too many or too large to be kept`, requests: 0, example: "" });
  for (const problem of outcome.problems) problems.add(problem);
  const report: SubtaskReport = {
    requests: outcome.requests,
    findings: findings.length,
    lostFindings,
    problems: problems.list(),
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
