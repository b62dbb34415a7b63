export { answerProblem } from "./cacao/commands/manual/answer-problem.ts";
export { variableNameShape } from "./cacao/model/variable.ts";
export type { Binding, Catalog, CatalogProblem, CatalogSource, Choice } from "./catalog/catalog.ts";
export type { CatalogFiles } from "./catalog/catalog-files.ts";
export type { CatalogLog, CatalogSetup } from "./catalog/catalog-setup.ts";
export { openCatalog } from "./catalog/open-catalog.ts";
export { PlaybookError, type PlaybookErrorCode } from "./errors.ts";
export type { CacaoLimits, CommandRepeat } from "./host/cacao-settings.ts";
export { createPlaybookRunner, type PlaybookRunnerSetup, type ProcessRunner } from "./host/create-runner.ts";
export { describeModule, type DescribeSetup } from "./host/describe-module.ts";
export type { NodeCall, NodeCommands } from "./host/node-commands.ts";
export type { PlaybookSecret, PlaybookSecrets } from "./host/secrets.ts";
export type { ChildLimits, PlaybookLog, PoolLimits } from "./host/settings.ts";
export type { StartChild } from "./host/process/start-child.ts";
export {
  stepErrorCodes,
  type ExecutedBy,
  type JournaledStep,
  type StepEnd,
  type StepError,
  type StepErrorCode,
  type StepResult,
  type StepStart,
} from "./journal.ts";
export type { ModuleFacts } from "./protocol/messages.ts";
export { playbookBounds, playbookIdShape, type PlaybookVersion, playbookVersionOf } from "./playbook.ts";
export type { LogLine, PlaybookExecution, PlaybookRunner, RunEnd, RunFailure, RunHandlers, RunWork } from "./runner.ts";
