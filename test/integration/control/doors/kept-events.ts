import { GarrisonError } from "../../../../src/base/errors.ts";
import type { EventSink, StoredEvents } from "../../../../src/control/doors/intake/event-sink.ts";
import type { SecurityEvent } from "../../../../src/engines/events/index.ts";

/** Keeps events as the store does, by source and id, and fails when it is told to. */
export class KeptEvents implements EventSink {
  readonly events = new Map<string, SecurityEvent>();
  /** Sizes of the calls. */
  readonly calls: number[] = [];
  /** While set, every call fails with it. */
  failure: Error | undefined;
  /** Calls that wait to be let through. */
  waiting = 0;
  #gate: Promise<void> | undefined;

  static readonly full = new GarrisonError("queue-full", "1 event waits, and 1 may", {
    retryable: true,
    ids: { retryInMs: 20 },
  });

  /** Lets no call through until what it returns is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  async accept(events: readonly SecurityEvent[]): Promise<StoredEvents> {
    this.waiting += 1;
    await this.#gate;
    this.waiting -= 1;
    if (this.failure !== undefined) throw this.failure;
    this.calls.push(events.length);
    return {
      results: events.map((event) => {
        const key = `${event.source}/${event.id}`;
        const status = this.events.has(key) ? "known" : "accepted";
        if (status === "accepted") this.events.set(key, event);
        return { key, status };
      }),
    };
  }

  get list(): readonly SecurityEvent[] {
    return [...this.events.values()];
  }
}
