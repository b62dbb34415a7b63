import type { AgentTarget } from "../../model/agent-target.ts";
import type { Command, CommandType } from "../../model/command.ts";
import type { ActionStep } from "../../model/step.ts";
import type { Frame } from "../frame.ts";
import { stepName } from "../names.ts";
import { cancelled, done, type Failure, type Outcome } from "../outcome.ts";
import { assignOutputs } from "../outputs/assign-outputs.ts";
import type { CommandResult } from "../outputs/command-result.ts";
import { type ActionTools, executeCommand } from "./action-command.ts";

/** Commands that follow each other, either all executed for each target or all executed once. */
interface Segment {
  readonly isOnce: boolean;
  readonly commands: { readonly command: Command; readonly index: number }[];
}

const actsOnce: Readonly<Record<CommandType, boolean>> = {
  "http-api": false,
  "openc2-http": false,
  ssh: false,
  bash: true,
  manual: true,
  sigma: true,
  yara: true,
  garrison: true,
};

const segmentsOf = ({ commands }: ActionStep): readonly Segment[] => {
  const segments: Segment[] = [];
  for (const [index, command] of commands.entries()) {
    const isOnce = actsOnce[command.type];
    const last = segments.at(-1);
    if (last?.isOnce === isOnce) last.commands.push({ command, index });
    else segments.push({ isOnce, commands: [{ command, index }] });
  }
  return segments;
};

/**
 * Executes the commands of an action for each target, the targets beside each other. A command that fails ends those of its target; the
 * step fails when all targets have ended. A command that acts once whatever the targets is executed when all targets that go on have come
 * to it, and ends all of them when it fails.
 *
 * @throws VariableError when an output does not fit its variable
 */
export const executeAction = async (step: ActionStep, frame: Frame, tools: ActionTools): Promise<Outcome> => {
  const { agents, targets: all } = frame.playbook;
  const agent = entryOf(agents, step.agent);
  const targets = step.targets.map((id) => entryOf(all, id));
  const results: CommandResult[] = [];
  const failures: Failure[] = [];

  /** @returns whether all succeeded */
  const execute = async ({ commands }: Segment, target: AgentTarget | undefined): Promise<boolean> => {
    for (const { command, index } of commands) {
      const ended = await executeCommand({ command, index, step, agent, target, targets, frame }, tools);
      if (frame.cancel.wasCancelled()) return false;
      if (ended.type === "failed") {
        failures.push(ended.failure);
        return false;
      }
      results.push(ended.result);
    }
    return true;
  };

  let going: readonly (AgentTarget | undefined)[] = targets.length === 0 ? [undefined] : targets;
  for (const segment of segmentsOf(step)) {
    if (segment.isOnce) going = (await execute(segment, undefined)) ? going : [];
    else {
      const succeeded = await Promise.all(going.map((target) => execute(segment, target)));
      going = going.filter((_target, at) => succeeded[at]);
    }
    if (frame.cancel.wasCancelled()) return cancelled;
    if (going.length === 0) break;
  }
  const [first] = failures;
  if (first === undefined) {
    assignOutputs(step, results, frame.scope);
    return done;
  }
  const others = failures.length === 1 ? "" : ` (and so did ${failures.length - 1} more)`;
  return {
    type: "failed",
    failure: { message: `${stepName(step)}: ${first.message}${others}`, isFinal: failures.some((one) => one.isFinal) },
  };
};

const entryOf = (entries: ReadonlyMap<string, AgentTarget>, id: string): AgentTarget => {
  const entry = entries.get(id);
  if (entry === undefined) throw new TypeError(`a playbook was read that names ${id} and has it not`);
  return entry;
};
