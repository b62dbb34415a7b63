import { maxEventsPerMessage, type ReportedEvent } from "../wire/index.ts";

/** Of JSON: with what protobuf adds, and one more event of 64 KiB, a message stays below the 1 MiB that a node takes. */
const fullAtBytes = 768 * 1024;

/**
 * Cuts events into batches that each fit into one message: at most 500 events and about 768 KiB. A batch is given out once it is full, or
 * the events have ended; none is empty.
 */
export async function* eventBatches(
  events: Iterable<ReportedEvent> | AsyncIterable<ReportedEvent>,
): AsyncGenerator<readonly ReportedEvent[], void> {
  let batch: ReportedEvent[] = [];
  let bytes = 0;
  for await (const event of events) {
    batch.push(event);
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (batch.length < maxEventsPerMessage && bytes < fullAtBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
