import type { ReportedEvent } from "../../../client/index.ts";
import {
  cefContent,
  EventError,
  eventBounds,
  parseCef,
  parseEvent,
  parseSyslog,
  parseTime,
  type EventDefaults,
} from "../../../engines/events/index.ts";
import type { Piece } from "./cut-lines.ts";

/** An event of a file with the line where it begins, or why that part of the file is none. */
export type ReadEvent =
  { readonly line: number; readonly event: ReportedEvent } | { readonly line: number; readonly problem: EventError };

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch (cause) {
    throw new EventError("invalid-event", "", "is not UTF-8", { cause });
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const otherKeys: ReadonlySet<string> = new Set(["id", "source", "kind", "logsource", "occurredAtMs", "time"]);

/**
 * What a device wrote for itself, such as ECS or an entry of a Windows log, is the data of an event; what has `data` of its own, or nothing
 * but the other fields of an event, is meant as one.
 */
const asEvent = (value: unknown): unknown => {
  if (!isObject(value) || Object.hasOwn(value, "data")) return value;
  if (Object.keys(value).every((key) => otherKeys.has(key))) return value;
  const time = value["@timestamp"];
  return { data: value, ...(typeof time === "string" && parseTime(time) !== undefined ? { time } : {}) };
};

/** A line of CEF, alone or as the text of a syslog message. */
const cefEvent = (line: string): unknown => {
  const message = parseSyslog(line);
  const cef = parseCef(message.text);
  if (cef === undefined) throw new EventError("invalid-event", "", "is neither a JSON object nor CEF");
  const { data, occurredAtMs = message.occurredAtMs } = cefContent(cef);
  return { data, ...(occurredAtMs === undefined ? {} : { occurredAtMs }) };
};

const inputOf = (text: string): unknown => {
  if (!text.startsWith("{")) return cefEvent(text);
  try {
    return asEvent(JSON.parse(text));
  } catch (cause) {
    throw new EventError("invalid-event", "", "is not JSON", { cause });
  }
};

/** Stands for the name of who calls, which the node knows. */
const callerName = "caller";

const eventOf = ({ bytes }: Piece, defaults: EventDefaults): ReportedEvent => {
  if (bytes === undefined) throw new EventError("too-large", "", `an event has at most ${eventBounds.bytes} bytes`);
  const input = inputOf(textOf(bytes));
  const { source, ...event } = parseEvent(input, { ...defaults, source: defaults.source ?? callerName });
  const isNamed = defaults.source !== undefined || (isObject(input) && input["source"] !== undefined);
  return isNamed ? { ...event, source } : event;
};

/**
 * Reads one part of a file. An event without a source gets none: the node takes the name of who calls. What is no event is an answer, not
 * an error: it keeps no other from being sent.
 */
export const readEvent = (piece: Piece, defaults: EventDefaults): ReadEvent => {
  const { line } = piece;
  try {
    return { line, event: eventOf(piece, defaults) };
  } catch (error) {
    if (error instanceof EventError) return { line, problem: error };
    throw error;
  }
};
