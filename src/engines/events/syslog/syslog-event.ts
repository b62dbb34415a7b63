import type { Json } from "../../../base/json.ts";
import { cefContent } from "../cef/cef-data.ts";
import { parseCef } from "../cef/parse-cef.ts";
import { parseEvent, type EventDefaults } from "../parse-event.ts";
import type { EventData, SecurityEvent } from "../security-event.ts";
import { parseSyslog } from "./parse-syslog.ts";
import type { StructuredData, SyslogMessage } from "./syslog-message.ts";

/**
 * The event that a message of syslog is. Its data: `syslog` with the header's parts and `structuredData` by element and name, and
 * `message` with the text; or, where the text is CEF, the fields of it (see `cefContent`).
 *
 * @param text one message without its framing
 * @param sender the address that it came from, kept as `sender`
 * @throws EventError `too-large`
 */
export const syslogEvent = (text: string, sender: string, defaults: EventDefaults): SecurityEvent => {
  const message = parseSyslog(text);
  const cef = parseCef(message.text);
  const content = cef === undefined ? undefined : cefContent(cef);
  const occurredAtMs = content?.occurredAtMs ?? message.occurredAtMs;
  const data: EventData = {
    ...(content?.data ?? { message: message.text }),
    syslog: headerOf(message),
    sender,
  };
  return parseEvent({ ...(occurredAtMs === undefined ? {} : { occurredAtMs }), data }, defaults);
};

const headerOf = (message: SyslogMessage): EventData => {
  const { format, facility, severity, timestamp, hostname, appName, procId, msgId, structuredData } = message;
  const elements = structuredData && elementsOf(structuredData);
  // What is undefined is left out when the event is made.
  return { format, facility, severity, timestamp, hostname, appName, procId, msgId, structuredData: elements };
};

const elementsOf = (elements: StructuredData): Json =>
  Object.fromEntries([...elements].map(([id, params]) => [id, paramsOf(params)]));

/** A name that comes more than once has a list. */
const paramsOf = (params: readonly (readonly [string, string])[]): Json => {
  const values = new Map<string, string[]>();
  for (const [name, value] of params) {
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries(
    [...values].map(([name, [first = "", ...more]]) => [name, more.length === 0 ? first : [first, ...more]]),
  );
};
