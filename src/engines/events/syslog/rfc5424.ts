import { parseTime } from "../parse-time.ts";
import type { Priority } from "./priority.ts";
import { readStructuredData } from "./structured-data.ts";
import type { SyslogMessage } from "./syslog-message.ts";

const header = /1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /y;
const byteOrderMark = "\uFEFF";

/** `-` says that there is none. */
const given = <Name extends string>(name: Name, text: string | undefined): Partial<Record<Name, string>> =>
  text === undefined || text === "-" ? {} : ({ [name]: text } as Record<Name, string>);

/**
 * Reads what follows the priority as RFC 5424: `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`.
 *
 * @returns undefined where the text is not of that form
 */
export const readRfc5424 = (text: string, { facility, severity, end }: Priority): SyslogMessage | undefined => {
  header.lastIndex = end;
  const parts = header.exec(text);
  if (end === 0 || parts === null) return undefined;
  const [whole, timestamp = "-", hostname, appName, procId, msgId] = parts;
  const structured = readStructuredData(text, end + whole.length);
  if (structured === undefined) return undefined;
  const rest = text.slice(structured.end);
  if (rest !== "" && !rest.startsWith(" ")) return undefined;
  const occurredAtMs = parseTime(timestamp);
  if (occurredAtMs === undefined && timestamp !== "-") return undefined;
  const body = rest.slice(1);
  return {
    format: "rfc5424",
    facility,
    severity,
    ...given("timestamp", timestamp),
    ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
    ...given("hostname", hostname),
    ...given("appName", appName),
    ...given("procId", procId),
    ...given("msgId", msgId),
    ...(structured.data.size === 0 ? {} : { structuredData: structured.data }),
    text: body.startsWith(byteOrderMark) ? body.slice(1) : body,
  };
};
