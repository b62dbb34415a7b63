export type { Binding, Catalog, CatalogProblem, CatalogSource, Choice } from "./catalog/catalog.ts";
export { PlaybookError, type PlaybookErrorCode } from "./errors.ts";
export type { JournaledStep, StepEnd, StepError, StepErrorCode, StepResult, StepStart } from "./journal.ts";
export { playbookBounds, playbookIdShape, type PlaybookVersion } from "./playbook.ts";
export type { LogLine, PlaybookExecution, PlaybookRunner, RunEnd, RunFailure, RunHandlers, RunWork } from "./runner.ts";
