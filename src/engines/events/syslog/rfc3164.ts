import { looksLikeCef } from "../cef/parse-cef.ts";
import { parseTime } from "../parse-time.ts";
import type { Priority } from "./priority.ts";
import type { SyslogMessage } from "./syslog-message.ts";

/** `Oct 11 22:14:15`, with a year or fractions as Cisco's devices write it, or RFC 3339 as rsyslog does. */
const timeShape =
  /(?:[*.]?([A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [A-Z]{3,4})?):?|(\d{4}-\d{2}-\d{2}T\S{8,32})) +/y;
const hostShape = /([A-Za-z0-9][\w.:-]{0,254}) +/y;
/** `sshd[4721]: `; a tag is what has the colon. */
const tagShape = /([\w./-]{1,48})(?:\[([^\]\s]{1,32})\])?: ?/y;

/**
 * Reads what follows the priority as devices write it in the manner of RFC 3164: `TIMESTAMP HOSTNAME TAG[PID]: MSG`, each part only where it
 * is there. Without a priority and a timestamp the message is `bare`.
 */
export const readRfc3164 = (text: string, { facility, severity, end }: Priority): SyslogMessage => {
  const read = (shape: RegExp, from: number): RegExpExecArray | null => {
    shape.lastIndex = from;
    return shape.exec(text);
  };
  const time = read(timeShape, end);
  if (time === null && end === 0) return { format: "bare", facility, severity, text };
  let at = end + (time?.[0].length ?? 0);
  const timestamp = time?.[1] ?? time?.[2];
  const occurredAtMs = parseTime(time?.[2] ?? "");
  // A hostname stands behind a timestamp only, and is no tag, which would end in a colon.
  const host = time === null || isTagged(read(tagShape, at), text) ? null : read(hostShape, at);
  at += host?.[0].length ?? 0;
  const tag = looksLikeCef(text.slice(at, at + cefStart)) ? null : read(tagShape, at);
  at += tag?.[0].length ?? 0;
  return {
    format: "rfc3164",
    facility,
    severity,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
    ...(host?.[1] === undefined ? {} : { hostname: host[1] }),
    ...(tag?.[1] === undefined ? {} : { appName: tag[1] }),
    ...(tag?.[2] === undefined ? {} : { procId: tag[2] }),
    text: text.slice(at),
  };
};

const cefStart = 16;

/** Whether a tag stands there, and not an IPv6 address. */
const isTagged = (tag: RegExpExecArray | null, text: string): boolean =>
  tag !== null && (tag[0].endsWith(" ") || tag.index + tag[0].length === text.length);
