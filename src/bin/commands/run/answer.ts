import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { AnswerFlags } from "./answer-flags.ts";

export const addRunAnswer = (run: Command, onExit: OnExit): void => {
  const given = new AnswerFlags();
  const command = run
    .command("answer <id>")
    .description("say how the steps ended that a run asks about: it was cut off while they ran. Then it goes on");
  withConnectionFlags(given.addTo(command)).action(async (id: string, flags: ConnectionFlags) => {
    const answers = given.answers();
    await callNode(flags, ({ runs }) => runs.answer(id, answers));
    const steps = answers.map(({ step }) => step);
    await toStdout(flags.json === true ? jsonLine({ id, answered: steps }) : `${id} answered, it goes on\n`);
    onExit(exitCodes.complete);
  });
};
