import type { Template } from "../../model/text.ts";
import type { TextCommand } from "../../model/command.ts";
import type { CommandPlace } from "../../run/prepare.ts";
import { fill } from "../../variables/fill.ts";
import type { Scope } from "../../variables/scope.ts";
import type { CommandAbout, OutArgument } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";
import type { Prepared } from "./prepared.ts";
import { wordsOf } from "./words.ts";

/** A text for a shell of the node's sandbox; in_args are variables of its environment, too. */
export const prepareBash = (command: Template, about: CommandAbout, { step, scope }: CommandPlace): Prepared => {
  const values = step.inArgs.flatMap((name) => {
    const value = scope.find(name)?.value ?? undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    by: "node",
    input: { ...about, command: fill(command, scope, "shell"), environment: Object.fromEntries(values) },
    idempotent: false,
  };
};

/** What a person is asked to do. Nobody is hurt by being asked again. */
export const prepareManual = (
  { command, description }: TextCommand,
  about: CommandAbout,
  { step, scope, targets }: CommandPlace,
): Prepared => {
  const text = fill(command, scope, "plain");
  return {
    by: "person",
    input: {
      ...about,
      text: text === "" ? (description ?? "") : text,
      for: targets.map(({ name }) => name),
      in_args: Object.fromEntries(step.inArgs.map((name) => [name, scope.find(name)?.value ?? null])),
      out_args: step.outArgs.map((name) => outArgument(name, scope)),
    },
    idempotent: true,
  };
};

const outArgument = (name: string, scope: Scope): OutArgument => {
  const declaration = scope.find(name)?.declaration;
  if (declaration === undefined) throw new CommandFailure("threw", `${name} in out_args is not declared`);
  const { type, description } = declaration;
  return { name, type, ...(description !== undefined && { description }) };
};

/** A command of Garrison's own, which the node makes under the id of the step: once, however often it is asked. */
export const prepareGarrison = (command: Template, about: CommandAbout, { scope }: CommandPlace): Prepared => {
  const words = wordsOf(command, scope);
  if (words.length === 0) throw new CommandFailure("threw", "the command is empty: write scan TARGET");
  return { by: "node", input: { ...about, words }, idempotent: true };
};
