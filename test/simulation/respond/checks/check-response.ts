import type { Violation } from "../../../support/invariants/index.ts";
import { checkAnswers } from "./answers.ts";
import { checkDecisions, checkResponseFinished, checkWindows } from "./decisions.ts";
import { checkEffectBounds } from "./effect-bounds.ts";
import { checkEnds } from "./ends.ts";
import { checkProcesses } from "./processes.ts";
import type { ResponseRecord } from "./response-record.ts";
import { checkJournal, checkSteps } from "./steps.ts";
import { checkTimedWaits } from "./timed-waits.ts";

const checks = [
  checkDecisions,
  checkWindows,
  checkSteps,
  checkJournal,
  checkEnds,
  checkAnswers,
  checkTimedWaits,
  checkEffectBounds,
  checkProcesses,
  checkResponseFinished,
] as const;

/** Everything that has to hold of how events were answered. */
export const checkResponse = (record: ResponseRecord): readonly Violation[] => checks.flatMap((check) => check(record));
