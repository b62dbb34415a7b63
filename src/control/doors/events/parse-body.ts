import {
  eventBounds,
  EventError,
  parseEvent,
  parseEventText,
  type EventDefaults,
  type SecurityEvent,
} from "../../../engines/events/index.ts";
import { DoorRefusal, type RefusalFacts } from "./door-answer.ts";

export type BodyType = "json" | "ndjson";

const types: Readonly<Partial<Record<string, BodyType>>> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
};

/**
 * What a request's `Content-Type` says its body is.
 *
 * @throws DoorRefusal for one that is not read here, or a body that is compressed
 */
export const bodyTypeOf = (contentType: string | undefined, encoding: string | undefined): BodyType => {
  const [name = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const type = types[name.trim()];
  const isUtf8 = parameters.every(
    (one) => !one.trim().startsWith("charset=") || /^charset="?utf-?8"?$/.test(one.trim()),
  );
  if (type !== undefined && isUtf8 && (encoding === undefined || encoding === "identity")) return type;
  const message = "send application/json or application/x-ndjson, in UTF-8 and not compressed";
  throw new DoorRefusal(415, "content-type", message, { hangUp: true });
};

const tooMany = (): DoorRefusal =>
  new DoorRefusal(413, "too-large", `a request has at most ${eventBounds.batch} events: send fewer at once`);

const refused = (error: unknown, where: string, place: RefusalFacts["place"]): unknown => {
  if (!(error instanceof EventError)) return error;
  const status = error.code === "too-large" ? 413 : 400;
  return new DoorRefusal(status, error.code, `${where}${error.message}`, place === undefined ? {} : { place });
};

/**
 * The events of a body: of JSON one, or a list; of NDJSON one a line. All of them are right, or none is taken.
 *
 * @throws DoorRefusal with the line (from 1) or index (from 0) of the first that is wrong
 */
export const parseBody = (body: Buffer, type: BodyType, defaults: EventDefaults): readonly SecurityEvent[] => {
  const text = textOf(body);
  const events = type === "json" ? parseJson(text, defaults) : parseLines(text, defaults);
  if (events.length > 0) return events;
  throw new DoorRefusal(400, "invalid-event", "there is no event in the body");
};

const textOf = (body: Buffer): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new DoorRefusal(400, "invalid-event", "the body is not UTF-8");
  }
};

const parseJson = (text: string, defaults: EventDefaults): readonly SecurityEvent[] => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new DoorRefusal(400, "invalid-event", "the body is not JSON");
  }
  if (!Array.isArray(content)) return [placed(() => parseEvent(content, defaults), "", undefined)];
  if (content.length > eventBounds.batch) throw tooMany();
  return (content as readonly unknown[]).map((item, index) =>
    placed(() => parseEvent(item, defaults), `event ${index}: `, { index }),
  );
};

const parseLines = (text: string, defaults: EventDefaults): readonly SecurityEvent[] => {
  const events: SecurityEvent[] = [];
  let line = 0;
  for (let begin = 0; begin < text.length;) {
    const newline = text.indexOf("\n", begin);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(begin, end).trim();
    begin = end + 1;
    line += 1;
    if (content === "") continue;
    if (events.length >= eventBounds.batch) throw tooMany();
    events.push(placed(() => parseEventText(content, defaults), `line ${line}: `, { line }));
  }
  return events;
};

const placed = (parse: () => SecurityEvent, where: string, place: RefusalFacts["place"]): SecurityEvent => {
  try {
    return parse();
  } catch (error) {
    throw refused(error, where, place);
  }
};
