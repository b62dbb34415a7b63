export { EventError, type EventErrorCode } from "./errors.ts";
export { parseEvent, parseEventText, type EventDefaults } from "./parse-event.ts";
export {
  eventBounds,
  eventIdShape,
  kindShape,
  knownKinds,
  sourceShape,
  type EventData,
  type Logsource,
  type SecurityEvent,
} from "./security-event.ts";
