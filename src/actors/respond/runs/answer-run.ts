import type { Clock } from "../../../base/clock.ts";
import { playbookBounds, type StepResult } from "../../../engines/playbook/index.ts";
import { StoreError, type Change, type Space } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import type { RespondHints } from "../hints.ts";
import { runKey, stepKey, waitingKey } from "../records/keys.ts";
import { itemChange } from "../records/run-changes.ts";
import { withoutQuestion, type RunRecord } from "../records/run-record.ts";
import { parseStep, type StepRecord } from "../records/step-record.ts";
import { askAbout } from "../execution/ask-about.ts";
import type { Answer } from "../views.ts";
import { readRun } from "./view-run.ts";

export interface AnswerSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly hints: RespondHints;
}

const mostAnswers = 500;
/** Of all steps that one call ends, as JSON. */
const mostChars = 6 * 1024 * 1024;

/** Writes the answers into the journal, and lets the run go on when none is left to give, in one commit. */
export const answerRun = async (
  { space, clock, hints }: AnswerSetup,
  id: string,
  answers: readonly Answer[],
): Promise<void> => {
  const stored = await readRun(space, id);
  if (stored === undefined) throw new RespondError("run-unknown", `there is no run ${id}`, { ids: { id } });
  const { run, version } = stored;
  if (run.state !== "waiting" || run.question === undefined) throw noQuestion(id, run.state);
  checkAnswers(answers, run.question.steps);
  const steps = await Promise.all(answers.map((answer) => readStep(space, id, answer.step)));
  const counts = { ...run.steps };
  const ended = steps.map((step, at): StepRecord => {
    const result = resultOf(answers[at]);
    if (result === undefined) return { ...step, repeat: true };
    counts[result.state] += 1;
    return { ...step, end: { order: counts.done + counts.failed, atMs: clock.wallMs(), result } };
  });
  if (JSON.stringify(ended).length > mostChars) throw new RespondError("invalid", "answer for fewer steps at a time");

  const answered = new Set(answers.map(({ step }) => step));
  const left = run.question.steps.filter((n) => !answered.has(n));
  const rest = withoutQuestion(run);
  const next: RunRecord =
    left.length > 0
      ? { ...rest, steps: counts, question: askAbout(left) }
      : { ...rest, steps: counts, state: "queued", answers: run.answers + 1 };
  const goesOn: readonly Change[] =
    left.length > 0 ? [] : [{ type: "delete", key: waitingKey(id) }, itemChange(id, next)];
  try {
    await space.commit(undefined, [
      { type: "put", key: runKey(id), value: next, expectedVersion: version },
      ...ended.map((step): Change => ({ type: "put", key: stepKey(id, step.n), value: step })),
      ...goesOn,
    ]);
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") throw noQuestion(id, "changed");
    throw error;
  }
  if (left.length === 0) hints.tell({ type: "runs" });
};

const readStep = async (space: Space, id: string, n: number): Promise<StepRecord> => {
  const record = await space.records.get(stepKey(id, n));
  if (record === undefined) throw new RespondError("invalid", `run ${id} has no step ${n}`, { ids: { id, step: n } });
  return parseStep(record.value);
};

const resultOf = (answer: Answer | undefined): StepResult | undefined => {
  switch (answer?.outcome) {
    case "done":
      return { state: "done", output: answer.output };
    case "failed":
      return { state: "failed", error: { code: "answered", message: answer.message } };
    case "repeat":
    case undefined:
      return undefined;
  }
};

const checkAnswers = (answers: readonly Answer[], asked: readonly number[]): void => {
  if (answers.length === 0 || answers.length > mostAnswers) {
    throw new RespondError("invalid", `${answers.length} answers: give 1 to ${mostAnswers} at a time`);
  }
  const steps = new Set<number>();
  for (const answer of answers) {
    const { step } = answer;
    if (!asked.includes(step)) throw new RespondError("invalid", `step ${step} is not asked about`, { ids: { step } });
    if (steps.has(step)) throw new RespondError("invalid", `step ${step} is answered twice`, { ids: { step } });
    steps.add(step);
    if (Buffer.byteLength(JSON.stringify(answer)) > playbookBounds.valueBytes) {
      throw new RespondError(
        "invalid",
        `the answer for step ${step} is larger than ${playbookBounds.valueBytes} bytes`,
        {
          ids: { step },
        },
      );
    }
  }
};

const noQuestion = (id: string, state: string): RespondError =>
  new RespondError("no-question", `run ${id} waits for no such answer (${state}): look at it again`, { ids: { id } });
