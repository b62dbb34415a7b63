export { causeOfRun, causeShape, causingEvents, loopOf, mostLinks, type Loop } from "./cause.ts";
export { parseCef, type CefMessage } from "./cef/parse-cef.ts";
export { cefContent, type CefContent } from "./cef/cef-data.ts";
export { EventError, type EventErrorCode } from "./errors.ts";
export { fieldPaths, type FieldPath } from "./fields/field-paths.ts";
export { parseEvent, parseEventText, type EventDefaults } from "./parse-event.ts";
export { parseTime } from "./parse-time.ts";
export {
  eventBounds,
  eventIdShape,
  keyOf,
  kindShape,
  knownKinds,
  ownSource,
  sourceShape,
  type Cause,
  type EventData,
  type Logsource,
  type SecurityEvent,
} from "./security-event.ts";
export { parseSyslog } from "./syslog/parse-syslog.ts";
export { syslogEvent } from "./syslog/syslog-event.ts";
export type { StructuredData, SyslogMessage } from "./syslog/syslog-message.ts";
