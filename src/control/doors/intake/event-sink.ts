import type { SecurityEvent } from "../../../engines/events/index.ts";

/** What became of the events of one call, in their order. */
export interface StoredEvents {
  readonly results: readonly {
    /** `<source>/<id>`. */
    readonly key: string;
    /** `known`: it was stored before, and is not stored again. */
    readonly status: "accepted" | "known";
  }[];
}

/** Where the doors put events. */
export interface EventSink {
  /**
   * Resolves once all of them are stored; else none of them is, or it is not known.
   *
   * @param events 1 to `eventBounds.batch`
   * @throws GarrisonError; if it is `retryable`, `ids.retryInMs` may say when
   */
  accept(events: readonly SecurityEvent[]): Promise<StoredEvents>;
}
