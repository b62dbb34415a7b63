import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import * as messages from "./event-messages.ts";
import { methodsOf } from "../bytes/method.ts";

const { v1 } = garrison;
const { eventState, suppressionReason } = messages;

/** An event as its message has it. */
export const eventFields = (event: messages.ReportedEvent): object => ({ ...event, data: JSON.stringify(event.data) });

const recordFields = (record: messages.EventRecord): object => ({
  ...record,
  state: eventState.toWire(record.state),
  event: eventFields(record.event),
  suppressed: record.suppressed.map((one) => ({ ...one, reason: suppressionReason.toWire(one.reason) })),
});

const choiceFields = ({ suppressed, ...choice }: messages.PlaybookChoice): object => ({
  ...choice,
  ...(suppressed === undefined ? {} : { suppressed: suppressionReason.toWire(suppressed) }),
});

const method = methodsOf("garrison.v1.EventService");

/** The RPCs of `garrison.v1.EventService`. What is reported leaves no audit record: the stored event says who reported it, and when. */
export const eventService = {
  reportEvents: method(
    "ReportEvents",
    { role: "reporter" },
    codecOf("ReportEventsRequest", v1.ReportEventsRequest, messages.reportEventsRequest, ({ events }) => ({
      events: events.map(eventFields),
    })),
    codecOf("ReportEventsResponse", v1.ReportEventsResponse, messages.reportEventsResponse),
  ),
  streamEvents: method(
    "StreamEvents",
    { role: "reporter", requestStream: true, responseStream: true },
    codecOf("StreamEventsRequest", v1.StreamEventsRequest, messages.streamEventsRequest, ({ sequence, events }) => ({
      sequence,
      events: events.map(eventFields),
    })),
    codecOf("StreamEventsResponse", v1.StreamEventsResponse, messages.streamEventsResponse),
  ),
  listEvents: method(
    "ListEvents",
    { role: "viewer" },
    codecOf("ListEventsRequest", v1.ListEventsRequest, messages.listEventsRequest, (request) => ({
      ...request,
      states: request.states.map(eventState.toWire),
    })),
    codecOf("ListEventsResponse", v1.ListEventsResponse, messages.listEventsResponse, (response) => ({
      ...response,
      events: response.events.map(recordFields),
    })),
  ),
  getEvent: method(
    "GetEvent",
    { role: "viewer" },
    codecOf("GetEventRequest", v1.GetEventRequest, messages.getEventRequest),
    codecOf("GetEventResponse", v1.GetEventResponse, messages.getEventResponse, ({ event }) => ({
      event: recordFields(event),
    })),
  ),
  explainEvent: method(
    "ExplainEvent",
    { role: "viewer" },
    codecOf("ExplainEventRequest", v1.ExplainEventRequest, messages.explainEventRequest, ({ event }) => ({
      event: eventFields(event),
    })),
    codecOf("ExplainEventResponse", v1.ExplainEventResponse, messages.explainEventResponse, ({ catalog, choices }) => ({
      catalog,
      choices: choices.map(choiceFields),
    })),
  ),
} as const;
