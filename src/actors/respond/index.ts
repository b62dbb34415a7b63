export { RespondError, type RespondErrorCode } from "./errors.ts";
export type { Accepted } from "./events/event-writer.ts";
export { Events, type EventListing, type EventsSetup, type Explanation } from "./events/events.ts";
export { RespondHints, type RespondHint } from "./hints.ts";
export type { Quiesced } from "./execution/supervisor-protocol.ts";
export { respondProps, type RespondMessage } from "./respond.ts";
export { Runs, type RunListing, type RunMade, type RunsSetup, type StartOptions } from "./runs/runs.ts";
export type { RespondEvent, RespondSettings, RespondSetup } from "./setup.ts";
export {
  mostAsks,
  runHasEnded,
  type Answer,
  type EventState,
  type EventView,
  type RunQuestion,
  type RunState,
  type RunView,
  type StepQuestion,
  type StepState,
  type StepView,
  type Suppression,
} from "./views.ts";
export { defaultRunPriority, eventQueue, keyOf, respondQueues, respondSpace, runIdShape, runQueue } from "./work.ts";
