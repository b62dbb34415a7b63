import type { Json } from "../../../../base/json.ts";
import type { Command } from "../model/command.ts";
import type { CommandPlace } from "../run/prepare.ts";
import type { CommandCall } from "./call.ts";
import type { CommandAbout } from "./command-input.ts";
import { prepareHttp } from "./prepare/prepare-http.ts";
import { prepareSigma, prepareYara } from "./prepare/prepare-rules.ts";
import { prepareSsh } from "./prepare/prepare-ssh.ts";
import { prepareBash, prepareGarrison, prepareManual } from "./prepare/prepare-text.ts";
import type { Prepared } from "./prepare/prepared.ts";

/** In `respond.repeat`: all steps that it does not name. */
const otherSteps = "*";

/**
 * A command with its variables filled in, ready to be journaled and executed. Pure: equal arguments give an equal call. What is secret
 * stands in `withheld` only.
 *
 * @throws CommandFailure when what the playbook says makes no such command: no usable address, no fitting authentication
 * @throws VariableError for a variable without a value, or with one that must not stand where it is written
 */
export const prepareCommand = (command: Command, place: CommandPlace): CommandCall => {
  const { by, input, withheld, idempotent } = prepared(command, aboutOf(command, place), place);
  const { step, settings } = place;
  return {
    name: command.type,
    by,
    // Shapes of these files, and all of them JSON.
    input: input as unknown as Json,
    withheld: withheld as unknown as Json | undefined,
    idempotent: settings.repeat[step.id] ?? settings.repeat[otherSteps] ?? idempotent,
  };
};

const prepared = (command: Command, about: CommandAbout, place: CommandPlace): Prepared => {
  switch (command.type) {
    case "http-api":
    case "openc2-http":
      return prepareHttp(command, about, place);
    case "ssh":
      return prepareSsh(command, about, place);
    case "bash":
      return prepareBash(command.command, about, place);
    case "manual":
      return prepareManual(command, about, place);
    case "garrison":
      return prepareGarrison(command.command, about, place);
    case "sigma":
      return prepareSigma(command.rules, about, place);
    case "yara":
      return prepareYara(command.rules, about, place);
  }
};

const aboutOf = (command: Command, { step, agent, target }: CommandPlace): CommandAbout => {
  const { description = step.description } = command;
  return {
    step: step.id,
    ...(step.name !== undefined && { step_name: step.name }),
    ...(description !== undefined && { description }),
    agent: agent.name,
    ...(target !== undefined && { target: target.name }),
  };
};
