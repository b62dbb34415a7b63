import { runHasEnded } from "../../../../src/actors/respond/index.ts";
import { stepKey } from "../../../../src/actors/respond/records/keys.ts";
import type { StepRecord } from "../../../../src/actors/respond/records/step-record.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import { givenName } from "../plan.ts";
import type { ResponseRecord } from "./response-record.ts";

const prefix = "step/";

/** I21: what a person gave for a step, and was acknowledged, is how that step ended, unless its run ended badly before. */
export const checkAnswers = ({ history, given, final }: ResponseRecord): Violation[] =>
  given.flatMap(({ runId, n, value }): Violation[] => {
    const step = final.steps.get(stepKey(runId, n).slice(prefix.length));
    const kept = step === undefined ? undefined : valueOf(step);
    const state = final.runs.get(runId)?.state ?? "queued";
    const isOvertaken = step?.end === undefined && runHasEnded(state) && state !== "done";
    if (kept === value || isOvertaken) return [];
    const message = `step ${n} of run ${runId}, which is ${state}, was given ${value} and has ${kept ?? "nothing"}`;
    return [{ invariant: "I21", message, at: history.length, about: runId }];
  });

const valueOf = ({ end }: StepRecord): string | undefined => {
  const output = end?.result.state === "done" ? end.result.output : undefined;
  if (typeof output !== "object" || output === null || !("facts" in output)) return undefined;
  const { facts } = output;
  const value = typeof facts === "object" && facts !== null && givenName in facts ? facts[givenName] : undefined;
  return typeof value === "string" ? value : undefined;
};
