import type { RunRecord } from "../records/run-record.ts";
import { isAsked, isUnknown, type StepRecord } from "../records/step-record.ts";

type Question = Exclude<RunRecord["question"], undefined>;

const mostNamed = 20;

/** What a person is asked about the steps of a journal; `undefined`: nothing. */
export const askAbout = (steps: readonly StepRecord[]): Question | undefined =>
  questionOf(numbersOf(steps.filter(isUnknown)), numbersOf(steps.filter(isAsked)));

/** What a person is asked about steps whose outcomes nobody knows, and about steps that a person does. `undefined`: nothing. */
export const questionOf = (unknown: readonly number[], manual: readonly number[]): Question | undefined => {
  if (unknown.length + manual.length === 0) return undefined;
  const sentences = [
    unknown.length === 0
      ? []
      : `Did step ${named(unknown)} have its effect? Its process ended before it could say so, and it must not be done twice.`,
    manual.length === 0 ? [] : `Step ${named(manual)} is done by a person, who then says how it went.`,
  ];
  return { unknown, manual, text: sentences.flat().join(" ") };
};

const named = (steps: readonly number[]): string => {
  const more = steps.length > mostNamed ? ` and ${steps.length - mostNamed} more` : "";
  return `${steps.slice(0, mostNamed).join(", ")}${more}`;
};

const numbersOf = (steps: readonly StepRecord[]): readonly number[] => steps.map(({ n }) => n);
