import type { Command } from "commander";
import type { GarrisonClient, Run, StepAnswer } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { AnswerFlags, type GivenAnswer } from "./answer-flags.ts";

/** Done with nothing to say: a person gives no values then, and a step that was cut off has no output. */
const plainAnswer = ({ question }: Run, step: number): StepAnswer => ({
  step,
  done: question?.asks.some((ask) => ask.step === step && ask.kind === "manual") === true ? {} : null,
});

const answer = async ({ runs }: GarrisonClient, id: string, given: readonly GivenAnswer[]): Promise<void> => {
  const answers: StepAnswer[] = [];
  for (const one of given) answers.push("plain" in one ? plainAnswer(await runs.get(id), one.step) : one);
  await runs.answer(id, answers);
};

export const addRunAnswer = (run: Command, onExit: OnExit): void => {
  const given = new AnswerFlags();
  const command = run
    .command("answer <id>")
    .description("answer what a run asks: what you did for it, or how steps ended that were cut off. Then it goes on");
  withConnectionFlags(given.addTo(command)).action(async (id: string, flags: ConnectionFlags) => {
    const answers = given.answers();
    await callNode(flags, (client) => answer(client, id, answers));
    const steps = answers.map(({ step }) => step);
    await toStdout(flags.json === true ? jsonLine({ id, answered: steps }) : `${id} answered, it goes on\n`);
    onExit(exitCodes.complete);
  });
};
