import { RespondError } from "../errors.ts";
import { putAnswers, type GivenAnswer, type GivenAnswers } from "../records/given-answers.ts";
import { itemOf } from "../records/run-record.ts";
import { isAsked } from "../records/step-record.ts";
import type { Answer } from "../views.ts";
import type { Answering, AnswerSetup } from "./answering.ts";
import { noQuestion, readAnswered, resultOf } from "./answers.ts";
import type { StoredRun } from "./view-run.ts";

/** Of all answers that no execution has taken yet, as JSON: they are one record. */
const mostBytes = 200 * 1024;

/** Leaves answers to a run that is queued or running where its execution finds them. */
export const answerUnderWay = async (
  { space, hints }: AnswerSetup,
  { id, run }: StoredRun,
  given: GivenAnswers,
  answers: readonly Answer[],
): Promise<Answering> => {
  if (given.version === 0) throw noQuestion(id, run.state);
  const steps = await readAnswered(space, id, answers);
  const told = await readAnswered(space, id, given.answers);
  const untaken = given.answers.filter((_, at) => told[at]?.end === undefined);
  const added = steps.map((step, at): GivenAnswer => {
    const answer = answers[at];
    if (answer === undefined || !isAsked(step)) throw noQuestion(id, `step ${step.n} is not asked about`);
    // Also one that was taken since the step was read.
    if (given.answers.some((other) => other.step === step.n)) throw noQuestion(id, `step ${step.n} is answered`);
    const result = resultOf(step, answer);
    if (result === undefined) throw noQuestion(id, `step ${step.n} is under way`);
    return { step: step.n, result };
  });
  const next = [...untaken, ...added];
  if (Buffer.byteLength(JSON.stringify(next)) > mostBytes) {
    const message = `answers for run ${id} are on their way to it: answer in a second, for fewer steps at a time`;
    throw new RespondError("invalid", message, { ids: { id } });
  }
  return {
    changes: [putAnswers(id, next, given)],
    kept: () => {
      hints.tell({ type: "answered", item: itemOf(id, run) });
      return Promise.resolve();
    },
  };
};
