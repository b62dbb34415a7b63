import type { Violation } from "../../../support/invariants/index.ts";
import { checkAbsence } from "./absence.ts";
import { checkAnswersCount } from "./answers.ts";
import { checkOneDecision } from "./decisions.ts";
import type { DetectionRecord } from "./detection-record.ts";
import { checkDownloads } from "./downloads.ts";

const checks = [checkOneDecision, checkAnswersCount, checkAbsence, checkDownloads] as const;

/** Everything that has to hold of how verdicts were made. */
export const checkDetection = (record: DetectionRecord): readonly Violation[] =>
  checks.flatMap((check) => check(record));
