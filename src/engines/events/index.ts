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
