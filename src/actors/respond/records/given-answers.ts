import { z } from "zod";
import type { Change, Space } from "../../../store/index.ts";
import { givenAnswersKey } from "./keys.ts";
import { isAsked, stepResult, type StepRecord } from "./step-record.ts";

const answers = z.array(z.strictObject({ step: z.number().int().min(1), result: stepResult })).readonly();

/** How a person said that a step ended which waits for that, while its run is under way. */
export type GivenAnswer = z.infer<typeof answers>[number];

/**
 * What persons said to a run that is under way. Only they add to it; whoever holds the claim on the run empties it, in the commits in which
 * the run begins, waits or ends. So of an answer and one of these commits the later one fails, and looks at what is true then.
 */
export interface GivenAnswers {
  readonly answers: readonly GivenAnswer[];
  /** Of the record; 0: there is none, and the run can be told nothing. */
  readonly version: number;
}

export const noAnswers: GivenAnswers = { answers: [], version: 0 };

export const readGivenAnswers = async (space: Space, runId: string): Promise<GivenAnswers> => {
  const record = await space.records.get(givenAnswersKey(runId));
  return record === undefined ? noAnswers : { answers: answers.parse(record.value), version: record.version };
};

/** Refused if the record is not as it was read. */
export const putAnswers = (runId: string, given: readonly GivenAnswer[], { version }: GivenAnswers): Change => ({
  ...{ type: "put", key: givenAnswersKey(runId), value: given, expectedVersion: version },
});

/** The steps of a journal that answers end, ended. Answers about steps that have ended otherwise have no effect. */
export const answeredSteps = (
  steps: readonly StepRecord[],
  given: readonly GivenAnswer[],
  nowMs: number,
): readonly StepRecord[] => {
  const open = new Map(steps.filter(isAsked).map((step) => [step.n, step]));
  const ended = steps.filter(({ end }) => end !== undefined).length;
  const heard = given.flatMap(({ step, result }) => {
    const known = open.get(step);
    open.delete(step);
    return known === undefined ? [] : [{ step: known, result }];
  });
  return heard.map(({ step, result }, at) => ({ ...step, end: { order: ended + at + 1, atMs: nowMs, result } }));
};
