import type { Change } from "../../../store/index.ts";
import { questionOf } from "../execution/ask-about.ts";
import { RespondError } from "../errors.ts";
import { runKey, stepKey, waitingKey } from "../records/keys.ts";
import { itemChange } from "../records/run-changes.ts";
import { askedSteps, itemOf, withoutQuestion, type RunRecord } from "../records/run-record.ts";
import type { StepRecord } from "../records/step-record.ts";
import type { Answer } from "../views.ts";
import type { Answering, AnswerSetup } from "./answering.ts";
import { noQuestion, readAnswered, resultOf } from "./answers.ts";
import { dropItem } from "./drop-item.ts";
import type { StoredRun } from "./view-run.ts";

/** Of all steps that one call ends, as JSON. */
const mostChars = 6 * 1024 * 1024;

/**
 * Writes answers into the journal of a run that waits. It goes on unless an outcome is left that nobody knows. Should it be about to go on
 * by itself, one of the two is refused.
 */
export const answerWaiting = async (
  { space, clock, hints }: AnswerSetup,
  { id, run, version }: StoredRun,
  answers: readonly Answer[],
): Promise<Answering> => {
  const { question } = run;
  if (question === undefined) throw noQuestion(id, "it waits for a time");
  const steps = await readAnswered(space, id, answers);
  const asked = new Set(askedSteps(question));
  const counts = { ...run.steps };
  const ended = steps.map((step, at): StepRecord => {
    const answer = answers[at];
    if (answer === undefined || !asked.has(step.n)) throw noQuestion(id, `step ${step.n} is not asked about`);
    const result = resultOf(step, answer);
    if (result === undefined) return { ...step, repeat: true };
    counts[result.state] += 1;
    return { ...step, end: { order: counts.done + counts.failed, atMs: clock.wallMs(), result } };
  });
  if (JSON.stringify(ended).length > mostChars) throw new RespondError("invalid", "answer for fewer steps at a time");

  const answered = new Set(steps.map(({ n }) => n));
  const left = (among: readonly number[]): readonly number[] => among.filter((n) => !answered.has(n));
  const isStuck = left(question.unknown).length > 0;
  const smaller = isStuck ? questionOf(left(question.unknown), left(question.manual)) : undefined;
  const next: RunRecord =
    smaller === undefined
      ? { ...withoutQuestion(run), steps: counts, state: "queued", resumes: run.resumes + 1 }
      : { ...run, steps: counts, question: smaller };
  const goesOn: readonly Change[] = isStuck ? [] : [{ type: "delete", key: waitingKey(id) }, itemChange(id, next)];
  return {
    changes: [
      { type: "put", key: runKey(id), value: next, expectedVersion: version },
      ...ended.map((step): Change => ({ type: "put", key: stepKey(id, step.n), value: step })),
      ...goesOn,
    ],
    kept: async () => {
      if (isStuck) return;
      hints.tell({ type: "runs" });
      if (run.untilMs !== undefined) await dropItem(space, itemOf(id, run));
    },
  };
};
