import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { withSubjectFlags, type SubjectFlags } from "./subject-flags.ts";

const words = (subject: string, ended: number): string =>
  ended === 0 ? `${subject} was not intercepted\n` : `${subject} let through, ${ended} interceptions ended\n`;

export const addGuardUnblock = (guard: Command, onExit: OnExit): void => {
  const command = guard
    .command("unblock <subject>")
    .description("let a subject through again: every interception of it ends, and its counts begin anew");
  withConnectionFlags(withSubjectFlags(command)).action(
    async (subject: string, flags: ConnectionFlags & SubjectFlags) => {
      const { field } = flags;
      const { ended } = await callNode(flags, (client) => client.guard.unblock({ field, subject }));
      await toStdout(flags.json === true ? jsonLine({ field, subject, ended }) : words(subject, ended));
      onExit(exitCodes.complete);
    },
  );
};
