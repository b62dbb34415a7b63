import { z } from "zod";
import type { Space } from "../../../store/index.ts";
import { stepKey } from "../records/keys.ts";
import { askedSteps, type RunRecord } from "../records/run-record.ts";
import { parseStep, type StepRecord } from "../records/step-record.ts";
import { mostAsks, type StepQuestion } from "../views.ts";

/** What the journal has of a command that a person does. */
const manualInput = z.object({
  text: z.string(),
  in_args: z.record(z.string(), z.string().nullable()),
  out_args: z.array(z.object({ name: z.string(), type: z.string(), description: z.string().exactOptional() })),
});

/** What a person is asked about the steps of a question, one by one. */
export const stepQuestions = async (
  space: Space,
  id: string,
  question: Exclude<RunRecord["question"], undefined>,
): Promise<readonly StepQuestion[]> => {
  const manual = new Set(question.manual);
  const asks = askedSteps(question)
    .slice(0, mostAsks)
    .map(async (n): Promise<StepQuestion | undefined> => {
      if (!manual.has(n)) return unknownQuestion(n);
      const record = await space.records.get(stepKey(id, n));
      // The run is forgotten meanwhile.
      return record === undefined ? undefined : manualQuestion(parseStep(record.value));
    });
  return (await Promise.all(asks)).filter((ask) => ask !== undefined);
};

const unknownQuestion = (step: number): StepQuestion => ({
  ...{ step, kind: "unknown", inArgs: {}, outArgs: [] },
  text: `Did step ${step} have its effect? Its process ended before it could say so, and it must not be done twice.`,
});

const manualQuestion = ({ n, name, input }: StepRecord): StepQuestion => {
  const { data } = manualInput.safeParse(input);
  return {
    ...{ step: n, kind: "manual", text: data?.text ?? name, inArgs: data?.in_args ?? {} },
    outArgs: (data?.out_args ?? []).map(({ name: variable, type, description }) => ({
      ...{ name: variable, type, description },
    })),
  };
};
