import { printable } from "../../base/printable.ts";
import { copyData } from "./copy-data.ts";
import { EventError } from "./errors.ts";
import { parseTime } from "./parse-time.ts";
import {
  eventBounds,
  eventIdShape,
  kindShape,
  sourceShape,
  type Logsource,
  type SecurityEvent,
} from "./security-event.ts";

/** What an event has that does not say it itself. */
export interface EventDefaults {
  /** Called for an event without an id: makes one that is new. */
  readonly id: () => string;
  /** Absent: every event has to say it. */
  readonly source?: string | undefined;
  /** Absent: every event has to say it. */
  readonly kind?: string | undefined;
  readonly logsource?: Logsource | undefined;
}

const eventKeys = ["id", "source", "kind", "logsource", "occurredAtMs", "time", "data"] as const;
const logsourceKeys = ["category", "product", "service"] as const;
const logsourceShape = /^[\x21-\x7e]{1,100}$/;
/** The last moment that a Date can hold. */
const latestMs = 8.64e15;
/** Text around a value is no part of it: JSON may be indented. */
const mostTextBytes = 4 * eventBounds.bytes;

type Fields<Key extends string> = Readonly<Partial<Record<Key, unknown>>>;

const isOneOf = <Key extends string>(keys: readonly Key[], key: string): key is Key =>
  (keys as readonly string[]).includes(key);

/** The own fields of an object, where none has another name than these. */
const fieldsOf = <Key extends string>(input: unknown, at: string, keys: readonly Key[]): Fields<Key> => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new EventError("invalid-event", at, `has to be an object with ${keys.join(", ")}`);
  }
  const fields: Partial<Record<Key, unknown>> = {};
  for (const [key, value] of Object.entries(input) as [string, unknown][]) {
    if (!isOneOf(keys, key)) {
      const name = JSON.stringify(printable(key, 40));
      const remedy = at === "" ? "; fields of your own go into data" : "";
      throw new EventError("invalid-event", at, `${name} is unknown here: use ${keys.join(", ")}${remedy}`);
    }
    fields[key] = value;
  }
  return fields;
};

const textOf = (value: unknown, at: string, shape: RegExp, fix: string): string => {
  if (typeof value === "string" && shape.test(value)) return value;
  throw new EventError("invalid-event", at, value === undefined ? `is missing: ${fix}` : `has to be ${fix}`);
};

const logsourceOf = (value: unknown): Logsource => {
  const fields = fieldsOf(value, "logsource", logsourceKeys);
  return Object.fromEntries(
    logsourceKeys
      .filter((key) => fields[key] !== undefined)
      .map((key) => {
        const fix = "1 to 100 printable ASCII characters without spaces";
        return [key, textOf(fields[key], `logsource.${key}`, logsourceShape, fix).toLowerCase()];
      }),
  );
};

const momentOf = (value: unknown): number => {
  if (typeof value === "number" && value >= 0 && value <= latestMs) return value;
  throw new EventError("invalid-event", "occurredAtMs", "has to be milliseconds since 1970, as a number");
};

const occurredOf = ({ occurredAtMs, time }: Fields<"occurredAtMs" | "time">): number | undefined => {
  if (time === undefined) return occurredAtMs === undefined ? undefined : momentOf(occurredAtMs);
  if (occurredAtMs !== undefined) {
    throw new EventError("invalid-event", "time", "occurredAtMs says it already: leave one of the two out");
  }
  const ms = typeof time === "string" ? parseTime(time) : undefined;
  if (ms !== undefined) return ms;
  throw new EventError("invalid-event", "time", 'has to be a moment with its zone, such as "2026-05-01T12:00:00.250Z"');
};

/**
 * Checks what a device sent: `{id?, source?, kind, logsource?, occurredAtMs? | time?, data}`, where `time` is text (RFC 3339) and
 * `occurredAtMs` milliseconds since 1970. Any other key is refused. What it returns shares nothing with the input.
 *
 * @throws EventError `invalid-event`, `too-large` (see `eventBounds`), with the place
 */
export const parseEvent = (input: unknown, defaults: EventDefaults): SecurityEvent => {
  const fields = fieldsOf(input, "", eventKeys);
  const { id = defaults.id(), source = defaults.source, kind = defaults.kind } = fields;
  const logsource = fields.logsource === undefined ? defaults.logsource : logsourceOf(fields.logsource);
  const occurredAtMs = occurredOf(fields);
  const event: SecurityEvent = {
    id: textOf(id, "id", eventIdShape, "1 to 120 printable ASCII characters without spaces"),
    source: textOf(source, "source", sourceShape, "1 to 63 of a-z 0-9 . - and begin with a letter or digit"),
    kind: textOf(kind, "kind", kindShape, "1 to 63 of a-z 0-9 . - and begin with a letter or digit"),
    ...(logsource === undefined || Object.keys(logsource).length === 0 ? {} : { logsource }),
    ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
    data: copyData(fields.data, "data"),
  };
  // JSON.stringify makes more of what has to be escaped than was counted so far.
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > eventBounds.bytes) {
    throw new EventError("too-large", "", `the event has ${bytes} bytes as JSON, and may have ${eventBounds.bytes}`);
  }
  return event;
};

/**
 * The same for JSON text. Text of more than four times the bytes of an event is refused before it is looked at.
 *
 * @throws EventError `invalid-event`, `too-large`, with the place
 */
export const parseEventText = (text: string, defaults: EventDefaults): SecurityEvent => {
  if (text.length > mostTextBytes) {
    throw new EventError("too-large", "", `the text of an event has at most ${mostTextBytes} characters`);
  }
  return parseEvent(parseJson(text), defaults);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text.
    throw new EventError("invalid-event", "", "is not JSON", { cause: error });
  }
};
