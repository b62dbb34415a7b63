import type { GarrisonClient, Run, StepAnswer } from "../../../client/index.ts";
import type { ConsoleServer } from "./console-server.ts";

/**
 * Answers what a run asks as a person would: looks whether the console has got the orders of which nobody knows. One that it has got had
 * its effect; one that it has not is to be given.
 */
export const answerFromConsole = async (
  { runs }: GarrisonClient,
  { id, question }: Run,
  { seen }: ConsoleServer,
): Promise<void> => {
  const asked = new Set(question?.steps);
  const { steps } = await runs.steps(id);
  const answers = steps
    .filter(({ n }) => asked.has(n))
    .map(({ n, input }): StepAnswer => {
      const path = pathOf(input);
      return seen.some(({ order }) => order.endsWith(` ${path}`)) ? { step: n, done: null } : { step: n, repeat: true };
    });
  if (answers.length > 0) await runs.answer(id, answers);
};

const pathOf = (input: unknown): string => {
  if (typeof input !== "object" || input === null || !("path" in input) || typeof input.path !== "string") {
    throw new TypeError("a step of the demo's playbooks has a path");
  }
  return input.path;
};
