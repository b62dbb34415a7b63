import {
  eventService,
  type EventExplanation,
  type EventReceipt,
  type EventRecord,
  type EventState,
  type ReportedEvent,
  type StreamEventsRequest,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import type { PageOptions } from "./page-options.ts";

const repeatable = { repeatable: true } as const;
/** A stream is to be opened anew after this long. */
const streamMs = 3_600_000;

/**
 * The security events of a cluster. Every method rejects with a `ClientError`. `not-found`: there is no such event. `resource-exhausted`:
 * as many events wait as may, or the source reports too fast; nothing was stored, see `retryAfterMs`.
 */
export interface EventsClient {
  /**
   * Resolves once all events are stored, with a receipt for each; when it rejects with `invalid`, none is. 1 … 500 events that fit into one
   * message: see `eventBatches`. The same source and id again is the same event, so that what failed can be repeated.
   */
  report(events: readonly ReportedEvent[]): Promise<readonly EventReceipt[]>;
  /**
   * Sends batches (as for `report`) over one stream, and gives out the receipts of each, in their order, once it is stored. Batches are taken
   * only as fast as the node stores them. When it fails, what has no receipts yet is to be sent again. Leaving the loop ends the stream.
   */
  stream(batches: AsyncIterable<readonly ReportedEvent[]>, signal: AbortSignal): AsyncIterable<readonly EventReceipt[]>;
  /** @param key `SOURCE/ID` */
  get(key: string): Promise<EventRecord>;
  /** The latest first; only those in `states`, if it is given. A page may be empty although another follows. */
  list(
    options?: PageOptions & { readonly states?: readonly EventState[] },
  ): Promise<{ readonly events: readonly EventRecord[]; readonly nextPageToken: string }>;
  /** Which playbooks the event would run now, and why. Stores nothing. */
  explain(event: ReportedEvent): Promise<EventExplanation>;
}

async function* numbered(batches: AsyncIterable<readonly ReportedEvent[]>): AsyncGenerator<StreamEventsRequest, void> {
  let sequence = 0;
  for await (const events of batches) {
    sequence += 1;
    yield { sequence, events: [...events] };
  }
}

export const eventsClient = (connection: ClusterCalls): EventsClient => ({
  report: async (events) =>
    (await connection.call(eventService.reportEvents, { events: [...events] }, repeatable)).receipts,
  stream: async function* (batches, signal) {
    const answers = connection.exchange(eventService.streamEvents, numbered(batches), { timeoutMs: streamMs, signal });
    for await (const { receipts } of answers) yield receipts;
  },
  get: async (key) => (await connection.call(eventService.getEvent, { key }, repeatable)).event,
  list: ({ pageSize = 0, pageToken = "", states = [] } = {}) =>
    connection.call(eventService.listEvents, { pageSize, pageToken, states: [...states] }, repeatable),
  explain: (event) => connection.call(eventService.explainEvent, { event }, repeatable),
});
