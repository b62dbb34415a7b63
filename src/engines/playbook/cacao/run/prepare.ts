import type { CacaoSettings } from "../../protocol/messages.ts";
import type { CommandCall } from "../commands/call.ts";
import type { AgentTarget, Authentication } from "../model/agent-target.ts";
import type { Command } from "../model/command.ts";
import type { ActionStep } from "../model/step.ts";
import type { Scope } from "../variables/scope.ts";

/** What a command is made ready with. */
export interface CommandPlace {
  readonly step: ActionStep;
  readonly agent: AgentTarget;
  /** Undefined: the step names none, or the command acts once whatever the targets. */
  readonly target: AgentTarget | undefined;
  /** All targets of the step, in its order: whom a person is asked for. */
  readonly targets: readonly AgentTarget[];
  /** That of the target, and of the agent where there is no target: what is for one machine is never shown to another. */
  readonly authentication: Authentication | undefined;
  /** The variables that the step sees. */
  readonly scope: Scope;
  readonly settings: CacaoSettings;
}

/**
 * Fills the variables into a command. It does nothing else, so that the same values give the same call again.
 * @throws GarrisonError when it cannot be done with these values: the step fails
 */
export type PrepareCommand = (command: Command, place: CommandPlace) => CommandCall;
