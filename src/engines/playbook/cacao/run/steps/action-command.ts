import { GarrisonError } from "../../../../../base/errors.ts";
import type { StepError, StepResult } from "../../../journal.ts";
import { shortened } from "../../../protocol/error-text.ts";
import type { CacaoSettings } from "../../../protocol/messages.ts";
import { checkValue } from "../../../protocol/values.ts";
import type { CommandCall } from "../../commands/call.ts";
import { CommandFailure } from "../../commands/failure.ts";
import type { AgentTarget } from "../../model/agent-target.ts";
import type { Command } from "../../model/command.ts";
import type { ActionStep } from "../../model/step.ts";
import { type Effects, Exhausted } from "../effects.ts";
import type { Frame } from "../frame.ts";
import type { Failure } from "../outcome.ts";
import { type CommandResult, outputOf } from "../outputs/command-result.ts";
import { setResultVariables } from "../outputs/result-variables.ts";
import type { PrepareCommand } from "../prepare.ts";
import type { CacaoRun } from "../run-port.ts";
import { timedOut, withTimeout } from "../time-limit.ts";

export interface ActionTools {
  readonly run: Pick<CacaoRun, "log">;
  readonly settings: CacaoSettings;
  readonly prepare: PrepareCommand;
  readonly effects: Effects;
}

/** One command of an action for one target. */
interface CommandWork {
  readonly command: Command;
  /** Place among the commands of the step, from 0. */
  readonly index: number;
  readonly step: ActionStep;
  readonly agent: AgentTarget;
  /** Undefined: the agent itself, or all targets at once. */
  readonly target: AgentTarget | undefined;
  readonly targets: readonly AgentTarget[];
  readonly frame: Frame;
}

type Ended =
  { readonly type: "done"; readonly result: CommandResult } | { readonly type: "failed"; readonly failure: Failure };

/** Executes a command and sets the result variables of its type. Never throws for what playbooks, values and commands do. */
export const executeCommand = async (work: CommandWork, tools: ActionTools): Promise<Ended> => {
  const { command, index, target, frame } = work;
  const fails = (message: string, isFinal = false): Ended => {
    const on = target === undefined ? "" : ` on target "${target.name}"`;
    return { type: "failed", failure: { message: `command ${index + 1} (${command.type})${on}: ${message}`, isFinal } };
  };
  try {
    const result = await settled(prepared(work, tools), work, tools);
    if (result === timedOut)
      return fails(`ACTION_TIMEOUT: nobody answered within ${tools.settings.manualTimeoutMs} ms`);
    if (result.state === "failed") return fails(reasonOf(result.error));
    const output = outputOf(result.output);
    if (!frame.cancel.wasCancelled()) setResultVariables(command.type, output, frame.scope, tools.run);
    return { type: "done", result: { index, type: command.type, target: target?.id, output } };
  } catch (thrown) {
    if (thrown instanceof Exhausted) return fails(thrown.message, true);
    if (thrown instanceof GarrisonError) return fails(thrown.message);
    throw thrown;
  }
};

/** @throws GarrisonError when there is no such call, or none that can be kept */
const prepared = (work: CommandWork, { prepare, settings }: ActionTools): CommandCall => {
  const { command, step, agent, target, targets, frame } = work;
  const { playbook, scope } = frame;
  const id = (targets.length === 0 ? agent : target)?.authentication;
  const authentication = id === undefined ? undefined : playbook.authentications.get(id);
  const call = prepare(command, { step, agent, target, targets, authentication, scope, settings });
  const checked = checkValue(call.input);
  if ("value" in checked) return { ...call, input: checked.value };
  throw new CommandFailure("threw", `what is to be executed cannot be kept: ${checked.problem.message}`);
};

/** The timer of a step ends its commands. It is heard of first, and the node's own timeout, which may be shorter, does not count. */
const marginMs = 1_000;

/** A person who is asked without a timeout of the step has the node's. */
const settled = async (
  call: CommandCall,
  { step, frame }: CommandWork,
  { settings, effects }: ActionTools,
): Promise<StepResult | typeof timedOut> => {
  const { cancel } = frame;
  const { timeoutMs } = step;
  if (call.by !== "person") {
    return effects.command(call, timeoutMs === undefined ? undefined : timeoutMs + marginMs, cancel);
  }
  if (timeoutMs !== undefined) return effects.command(call, undefined, cancel);
  return withTimeout({ ms: settings.manualTimeoutMs, step: step.id, effects, cancel }, (inner) =>
    effects.command(call, undefined, inner),
  );
};

/** Of a reason, so that what failed around it is told too. */
const mostChars = 2_000;

const reasonOf = ({ code, message }: StepError): string =>
  `${code === "timeout" ? "ACTION_TIMEOUT" : code}: ${shortened(message, mostChars)}`;
