export type { CommandOutput } from "../cacao/commands/call.ts";
export { CommandFailure } from "../cacao/commands/failure.ts";
export { bashCommand, type BashCommandSetup } from "./bash/bash-command.ts";
export type { StartSandbox } from "./bash/sandboxed-process.ts";
export type { CommandTask, NodeCommand } from "./command.ts";
export {
  createNodeCommands,
  type NodeCommandLimits,
  type NodeCommandsSetup,
  type OwnedNodeCommands,
} from "./create-node-commands.ts";
export { parseInput } from "./parse-input.ts";
export type { StartYara } from "./yara/ask-yara.ts";
export { yaraCommand, type YaraCommandSetup } from "./yara/yara-command.ts";
