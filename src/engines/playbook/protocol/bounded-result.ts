import type { StepResult } from "../journal.ts";
import { textBounds } from "./messages.ts";
import { valueProblem } from "./values.ts";

/** A result that a journal can keep, whoever gave it: an output that is too much is a failure, and a message is cut. */
export const boundedResult = (result: StepResult): StepResult => {
  if (result.state === "failed") {
    const { code, message } = result.error;
    return { state: "failed", error: { code, message: message.slice(0, textBounds.chars) } };
  }
  const problem = valueProblem(result.output);
  if (problem === undefined) return result;
  return { state: "failed", error: { code: "too-large", message: `the output: ${problem.message}` } };
};
