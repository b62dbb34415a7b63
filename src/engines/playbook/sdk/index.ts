/** What a playbook in TypeScript imports, as `garrison/playbook`. */
export type { Json } from "../../../base/json.ts";
export type { EventData, Logsource, SecurityEvent } from "../../events/security-event.ts";
export type { StepError, StepErrorCode } from "../journal.ts";
export type { ActionContext, ActionFunction, ActionSettings, Actions, InputOf, LogLevel, OutputOf } from "./action.ts";
export { definePlaybook, type Filter, type PlaybookModule } from "./playbook-module.ts";
export {
  isActionError,
  type ActionError,
  type ActionHandle,
  type ActionOutcome,
  type Run,
  type RunSummary,
  type StepSummary,
} from "./run.ts";
