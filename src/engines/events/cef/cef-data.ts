import type { Json } from "../../../base/json.ts";
import { parseTime } from "../parse-time.ts";
import type { EventData } from "../security-event.ts";
import type { CefMessage } from "./parse-cef.ts";

/**
 * The keys whose values are whole numbers. Source: "ArcSight Common Event Format (CEF) Implementation Standard", version 26, extension
 * dictionary.
 */
const wholeNumbers: ReadonlySet<string> = new Set(
  `cn1 cn2 cn3 cnt dpid dpt dvcpid flexNumber1 flexNumber2 fsize in oldFileSize out spid spt type deviceDirection
  destinationTranslatedPort sourceTranslatedPort sourcePort destinationPort sourceProcessId destinationProcessId deviceProcessId
  bytesIn bytesOut fileSize baseEventCount`.split(/\s+/),
);
const wholeNumber = /^-?\d{1,15}$/;
/** Custom fields name themselves in a second one: `cs1=2026-17 cs1Label=Ticket`. */
const label = /^((?:cs|cn|cfp|c6a|flexString|flexNumber|deviceCustomDate|flexDate)\d)Label$/;
/** When it happened; when that is not said, when the device heard of it. */
const timeKeys = ["start", "rt", "end"] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dateText =
  /^([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?) (?:UTC|GMT|Z|(?:UTC|GMT)?([+-]\d{2}:?\d{2}))$/;

/** What a message says, as the data of an event. */
export interface CefContent {
  /** The header's fields and the extensions by their keys; `custom` has the labelled ones by their labels. */
  readonly data: EventData;
  /** Milliseconds since 1970; undefined where the message has no time, or one without a zone. */
  readonly occurredAtMs: number | undefined;
}

/** The header's fields win over extensions of their names. */
export const cefContent = ({ extensions, version, severity, ...header }: CefMessage): CefContent => {
  const fields = [...extensions].map(([key, text]): [string, Json] => [key, valueOf(key, text)]);
  const custom = customFields(extensions);
  return {
    data: {
      ...Object.fromEntries(fields),
      cefVersion: version,
      ...header,
      severity: wholeNumber.test(severity) ? Number(severity) : severity,
      ...(custom.length === 0 ? {} : { custom: Object.fromEntries(custom) }),
    },
    occurredAtMs: timeOf(extensions),
  };
};

const valueOf = (key: string, text: string): Json =>
  wholeNumbers.has(key) && wholeNumber.test(text) ? Number(text) : text;

const customFields = (extensions: ReadonlyMap<string, string>): readonly [string, Json][] =>
  [...extensions].flatMap(([key, name]): [string, Json][] => {
    const field = label.exec(key)?.[1];
    const text = field === undefined ? undefined : extensions.get(field);
    return field === undefined || text === undefined || name === "" ? [] : [[name, valueOf(field, text)]];
  });

const timeOf = (extensions: ReadonlyMap<string, string>): number | undefined => {
  for (const key of timeKeys) {
    const ms = momentOf(extensions.get(key) ?? "");
    if (ms !== undefined) return ms;
  }
  return undefined;
};

const momentOf = (text: string): number | undefined => {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const [, month = "", day = "", year = "", time = "", zone = "Z"] = dateText.exec(text) ?? [];
  const number = months.indexOf(month) + 1;
  if (number === 0) return undefined;
  return parseTime(`${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}T${time}${zone}`);
};
