import type { Clock } from "../../../base/clock.ts";
import type { SecurityEvent } from "../../../engines/events/index.ts";
import { ControlError } from "../../errors.ts";
import type { EventSink, StoredEvents } from "./event-sink.ts";

const storeMs = 10_000;

/**
 * Stores events within 10 s.
 *
 * @throws ControlError `deadline`: it is not known whether they are stored, the same ids may be sent again; GarrisonError of the sink
 */
export const acceptWithin = (sink: EventSink, events: readonly SecurityEvent[], clock: Clock): Promise<StoredEvents> =>
  new Promise((resolve, reject) => {
    const timer = clock.after(storeMs, () => {
      const message = "the store takes too long, and may have these events: send them again with the same ids";
      reject(new ControlError("deadline", message, { retryable: true }));
    });
    void sink
      .accept(events)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
