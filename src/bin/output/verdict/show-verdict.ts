import type { Verdict } from "../../../client/index.ts";
import type { Fact } from "../text/fact-lines.ts";
import { timeText } from "../scan/show-scan.ts";
import { spanText } from "../respond/show-run.ts";
import { decisionText, missingText, stateText } from "./verdict-text.ts";

type Answer = NonNullable<Verdict["detail"]>["answers"][number];

/** What is known of a file, without what each detector said. */
export const verdictFacts = (verdict: Verdict): readonly Fact[] => {
  const { decision, detail, sharedBy } = verdict;
  return [
    ["sha256", verdict.sha256],
    ["sha1", verdict.sha1],
    ["md5", verdict.md5],
    ["size", verdict.size],
    ["state", decision === undefined ? stateText(verdict) : verdict.state],
    ["verdict", decision && decisionText(decision)],
    ["missing", decision && missingText(decision)],
    ["looked at as", verdict.taskType],
    ["decided", timeText(verdict.decidedAtMs)],
    ["rule", detail && JSON.stringify(detail.rule)],
    ["shared by", sharedBy === undefined ? undefined : `${sharedBy} files with this digest: this is the worst of them`],
    ["task", verdict.taskId],
    ["sample", sampleText(verdict)],
  ];
};

const sampleText = ({ sampleHere, sampleLost }: Verdict): string => {
  if (sampleHere) return "is in the library";
  return sampleLost === undefined ? "is not in the library" : `is not in the library: ${sampleLost}: submit it again`;
};

const saidBy = ({ result }: Answer): string => {
  switch (result.outcome) {
    case "verdict":
      return [result.trust, ...result.names].join(" ");
    case "no-opinion":
      return "no opinion";
    case "error":
      return `${result.failure}: ${result.message}`;
  }
};

/** What each detector said, a row each. */
export const answerRows = ({ detail }: Verdict): readonly (readonly string[])[] =>
  (detail?.answers ?? []).map((answer) => [
    ...[answer.kind, answer.detector, answer.host],
    `${answer.engineVersion} / ${answer.signatureVersion}`,
    saidBy(answer),
    spanText(answer.tookMs),
  ]);
