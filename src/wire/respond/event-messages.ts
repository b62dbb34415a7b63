import { z } from "zod";
import type { Json } from "../../base/json.ts";
import {
  enumOf,
  flag,
  jsonText,
  optionalText,
  optionalUint64,
  pageFields,
  text,
  textMap,
  uint32,
  uint64,
} from "../bytes/fields.ts";

/** Events of one message. */
export const maxEventsPerMessage = 500;
/** The JSON of one event. */
const maxDataChars = 64 * 1024;

/** `SOURCE/ID`. */
const eventKey = z.string("is missing").min(3).max(200);

const isObject = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const data = jsonText(maxDataChars).refine(isObject, "not a JSON object");

const logsource = z.object({
  category: optionalText(200),
  product: optionalText(200),
  service: optionalText(200),
});

export const securityEvent = z.object({
  id: text(200),
  /** Absent: the name of who calls. */
  source: optionalText(200),
  kind: text(200),
  logsource: z.exactOptional(logsource),
  /** Milliseconds since 1970; absent: unknown. */
  occurredAtMs: optionalUint64(),
  data,
});

/** What a device reports, as far as a message of it can be judged: its rules are those of `parseEvent`. */
export type ReportedEvent = z.infer<typeof securityEvent>;

const events = z.array(securityEvent, "are missing").min(1, "are missing").max(maxEventsPerMessage);

const receipt = z.object({ key: text(), known: flag() });
/** `known`: the event was stored before. */
export type EventReceipt = z.infer<typeof receipt>;

export const reportEventsRequest = z.object({ events });
export const reportEventsResponse = z.object({ receipts: z.array(receipt).default([]) });

export const streamEventsRequest = z.object({ sequence: uint64(), events });
export type StreamEventsRequest = z.infer<typeof streamEventsRequest>;
export const streamEventsResponse = z.object({ sequence: uint64(), receipts: z.array(receipt).default([]) });
export type StreamEventsResponse = z.infer<typeof streamEventsResponse>;

export const eventState = enumOf("EVENT_STATE", ["waiting", "matched", "unmatched", "dead"]);
export type EventState = z.infer<typeof eventState.schema>;

export const suppressionReason = enumOf("SUPPRESSION_REASON", ["duplicate", "rate", "depth", "cycle"]);

const eventRecord = z.object({
  key: text(),
  state: eventState.schema,
  event: securityEvent,
  receivedAtMs: uint64(),
  decidedAtMs: optionalUint64(),
  /** Version of the bindings and playbooks that decided. */
  catalog: optionalText(),
  runs: z.array(z.object({ id: text(), binding: text(), playbook: text(), because: text() })).default([]),
  suppressed: z.array(z.object({ binding: text(), playbook: text(), reason: suppressionReason.schema })).default([]),
  /** The events that led to it, the first one first, each with the playbook that answered it. */
  cause: z.array(z.object({ event: text(), playbook: text() })).default([]),
});

/** An event and what became of it. Times in milliseconds since 1970; what has not happened yet is not there. */
export type EventRecord = z.infer<typeof eventRecord>;

export const listEventsRequest = z.object({ ...pageFields, states: z.array(eventState.schema).max(4).default([]) });
export const listEventsResponse = z.object({ events: z.array(eventRecord).default([]), nextPageToken: text() });

export const getEventRequest = z.object({ key: eventKey });
export const getEventResponse = z.object({ event: eventRecord });

const playbookChoice = z.object({
  binding: text(),
  playbook: text(),
  version: text(),
  priority: uint32(255),
  because: text(),
  /** Of the binding. */
  title: optionalText(),
  /** Why it would not be started now; absent: it would. */
  suppressed: z.exactOptional(suppressionReason.schema),
  /** What the binding gives to external variables, by name. */
  variables: textMap(),
});
/** One playbook that an event selects. */
export type PlaybookChoice = z.infer<typeof playbookChoice>;

export const explainEventRequest = z.object({ event: securityEvent });
export const explainEventResponse = z.object({ catalog: text(), choices: z.array(playbookChoice).default([]) });
export type EventExplanation = z.infer<typeof explainEventResponse>;
