import type { Events } from "../../actors/respond/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { SecurityEvent } from "../../engines/events/index.ts";
import { eventService, type EventReceipt } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import type { CallServer } from "../calls/call-server.ts";
import type { EventSink } from "../doors/intake/event-sink.ts";
import { ControlError } from "../errors.ts";
import { fillPage } from "../fill-page.ts";
import { pageRequest } from "../page-request.ts";
import { answeredInOrder } from "./answered-in-order.ts";
import { eventRecordMessage } from "./event-message.ts";
import { reportedEvent, reportedEvents } from "./reported-events.ts";
import { SourceRates } from "./source-rates.ts";

/** Messages of one stream that may be without an answer. */
const window = 16;

export interface EventCallsSetup {
  readonly calls: CallServer;
  readonly events: Pick<Events, "get" | "list" | "explain">;
  /** Where reported events are stored. */
  readonly sink: EventSink;
  /** Of one source; absent: no bound. */
  readonly eventsPerSecond: number | undefined;
  readonly refusals: Refusals;
  readonly clock: Clock;
}

/** Security events: taken, shown and explained. Nothing here decides what they start. */
export const serveEvents = ({ calls, events, sink, eventsPerSecond, refusals, clock }: EventCallsSetup): void => {
  const rates = new SourceRates(eventsPerSecond, clock, refusals);

  const store = async (accepted: readonly SecurityEvent[]): Promise<EventReceipt[]> => {
    rates.take(accepted);
    const { results } = await sink.accept(accepted);
    return results.map(({ key, status }) => ({ key, known: status === "known" }));
  };

  calls.unary(eventService.reportEvents, async (request, { caller }) => ({
    receipts: await store(reportedEvents(request.events, caller)),
  }));

  calls.exchange(eventService.streamEvents, (requests, { caller }) => {
    let last = 0;
    return answeredInOrder(
      requests,
      async ({ sequence, events: reported }) => {
        if (sequence <= last) {
          throw new ControlError("invalid", `sequence: ${sequence} comes after ${last}: each has to be greater`);
        }
        last = sequence;
        return { sequence, receipts: await store(reportedEvents(reported, caller, `message ${sequence}: events`)) };
      },
      window,
    );
  });

  calls.unary(eventService.listEvents, async (request) => {
    const { states } = request;
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) => events.list({ ...page, ...(states.length === 0 ? {} : { states }) }),
      eventRecordMessage,
    );
    return { events: rows, nextPageToken: next };
  });

  calls.unary(eventService.getEvent, async ({ key }) => {
    const view = await events.get(key);
    if (view === undefined) {
      throw new ControlError("event-unknown", `there is no event ${JSON.stringify(key)}, or it is forgotten`, {
        ids: { key },
      });
    }
    return { event: eventRecordMessage(view) };
  });

  calls.unary(eventService.explainEvent, async ({ event }, { caller }) => {
    // Whoever may look may ask about an event of any source.
    const { catalog, choices } = await events.explain(reportedEvent(event, caller, "event"));
    return {
      catalog,
      choices: choices.map(({ binding, title, playbook, priority, because, suppressed, variables }) => ({
        binding,
        playbook: playbook.id,
        version: playbook.version,
        priority,
        because,
        variables: { ...variables },
        ...(title === undefined ? {} : { title }),
        ...(suppressed === undefined ? {} : { suppressed }),
      })),
    };
  });
};
