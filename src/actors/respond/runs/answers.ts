import { answerProblem, playbookBounds, type StepResult } from "../../../engines/playbook/index.ts";
import type { Space } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import { stepKey } from "../records/keys.ts";
import { isAsked, parseStep, type StepRecord } from "../records/step-record.ts";
import type { Answer } from "../views.ts";

const mostAnswers = 500;

/** @throws RespondError `invalid` */
export const checkAnswers = (answers: readonly Answer[]): void => {
  if (answers.length === 0 || answers.length > mostAnswers) {
    throw new RespondError("invalid", `${answers.length} answers: give 1 to ${mostAnswers} at a time`);
  }
  const steps = new Set<number>();
  for (const { step } of answers) {
    if (steps.has(step)) throw invalid(step, `step ${step} is answered twice`);
    steps.add(step);
  }
};

/**
 * The steps that answers are about, in their order.
 * @throws RespondError `invalid`: there is no such step
 */
export const readAnswered = (
  space: Space,
  id: string,
  answers: readonly Pick<Answer, "step">[],
): Promise<readonly StepRecord[]> =>
  Promise.all(
    answers.map(async ({ step }) => {
      const record = await space.records.get(stepKey(id, step));
      if (record === undefined) throw invalid(step, `run ${id} has no step ${step}`);
      return parseStep(record.value);
    }),
  );

/**
 * How a step ended by what a person says; `undefined`: it is to be repeated.
 * @throws RespondError `invalid`
 */
export const resultOf = (step: StepRecord, answer: Answer): StepResult | undefined => {
  const result = isAsked(step) ? manualResult(step, answer) : unknownResult(answer);
  if (result === undefined) return undefined;
  if (Buffer.byteLength(JSON.stringify(result)) > playbookBounds.valueBytes) {
    throw invalid(step.n, `the answer for step ${step.n} is larger than ${playbookBounds.valueBytes} bytes`);
  }
  return result;
};

const unknownResult = (answer: Answer): StepResult | undefined => {
  switch (answer.outcome) {
    case "done":
      return { state: "done", output: answer.output };
    case "failed":
      return failed(answer.message);
    case "repeat":
      return undefined;
  }
};

/** Of a step that a person does: its output is that of a command, with the values of its out_args as facts. */
const manualResult = ({ n, input }: StepRecord, answer: Answer): StepResult => {
  switch (answer.outcome) {
    case "done": {
      const problem = answerProblem(input, answer.output);
      if (problem !== undefined) throw invalid(n, `the answer for step ${n}: ${problem}`);
      return { state: "done", output: { text: "", truncated: false, facts: answer.output ?? {} } };
    }
    case "failed":
      return failed(answer.message);
    case "repeat":
      throw invalid(n, `step ${n} is done by a person: say that it is done or failed`);
  }
};

const failed = (message: string): StepResult => ({ state: "failed", error: { code: "answered", message } });

const invalid = (step: number, message: string): RespondError =>
  new RespondError("invalid", message, { ids: { step } });

export const noQuestion = (id: string, why: string): RespondError =>
  new RespondError("no-question", `run ${id} waits for no such answer (${why}): look at it again`, { ids: { id } });
