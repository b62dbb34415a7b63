import { parsePriority } from "./priority.ts";
import { readRfc3164 } from "./rfc3164.ts";
import { readRfc5424 } from "./rfc5424.ts";
import type { SyslogMessage } from "./syslog-message.ts";

/**
 * Reads one message without its framing: RFC 5424, else what follows the manner of RFC 3164, else all of it is text. Every text is a
 * message: a device's alert is not lost because its firmware writes a header badly.
 */
export const parseSyslog = (text: string): SyslogMessage => {
  const priority = parsePriority(text);
  return readRfc5424(text, priority) ?? readRfc3164(text, priority);
};
