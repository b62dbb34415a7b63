import type { GarrisonClient, Run, StepAnswer } from "../../../client/index.ts";
import type { ConsoleServer } from "./console-server.ts";

type Ask = NonNullable<Run["question"]>["asks"][number];

/**
 * Answers what a run asks as a person would. Where nobody knows whether an order was given it looks whether the console has got it: one that it
 * has got had its effect; one that it has not is to be given. To what a playbook leaves to people it says yes.
 */
export const answerFromConsole = async (
  { runs }: GarrisonClient,
  { id, question }: Run,
  console: ConsoleServer,
): Promise<void> => {
  const asks = question?.asks ?? [];
  if (asks.length === 0) return;
  const { steps } = await runs.steps(id);
  const inputs = new Map(steps.map(({ n, input }) => [n, input]));
  await runs.answer(
    id,
    asks.map((ask) => (ask.kind === "manual" ? agreed(ask) : looked(ask, pathOf(inputs.get(ask.step)), console))),
  );
};

const agreed = ({ step, outArgs }: Ask): StepAnswer => ({
  step,
  done: Object.fromEntries(outArgs.map(({ name }) => [name, "true"])),
});

const looked = ({ step }: Ask, path: string, { seen }: ConsoleServer): StepAnswer =>
  seen.some(({ order }) => order.endsWith(` ${path}`)) ? { step, done: null } : { step, repeat: true };

/** Modules give a path; a request of CACAO is kept with its whole URL. */
const pathOf = (input: unknown): string => {
  if (typeof input === "object" && input !== null) {
    if ("path" in input && typeof input.path === "string") return input.path;
    if ("url" in input && typeof input.url === "string") return new URL(input.url).pathname;
  }
  throw new TypeError("a step of the demo's playbooks has a path or a url");
};
