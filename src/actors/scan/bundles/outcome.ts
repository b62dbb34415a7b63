import type { Json } from "../../../base/json.ts";
import type { ScanOutcome } from "../../../engines/scan/index.ts";
import type { SubtaskOutcome } from "../engine.ts";
import type { ScanProblem } from "../report.ts";

const problemsOf = (outcome: ScanOutcome): readonly ScanProblem[] => [
  ...outcome.skippedHosts.map(({ host, cause, reason, requests }) => ({
    what: `${host} was ${cause === "excluded" ? "excluded" : "given up"}`,
    requests,
    example: reason,
  })),
  ...outcome.errors.map(({ kind, template, url, message }) => ({
    what: `${kind}: ${message}`,
    requests: 1,
    example: `${template} at ${url}`,
  })),
];

/** What the template engine has done, as the actors store it. @throws Error if it was aborted: then nothing is known of the rest */
export const subtaskOutcomeOf = (outcome: ScanOutcome): SubtaskOutcome => {
  if (outcome.aborted) throw new Error("the run was aborted");
  const { planned, sent, failed } = outcome.requests;
  const skipped = outcome.skippedHosts.reduce((sum, { requests }) => sum + requests, 0);
  return {
    findings: outcome.findings.map((finding): Json => ({ ...finding })),
    droppedFindings: outcome.droppedFindings,
    requests: { planned, sent, failed, skipped, unneeded: outcome.requests.skipped - skipped },
    problems: problemsOf(outcome),
  };
};
