import { GarrisonError, type ErrorFacts } from "../../base/errors.ts";

/** `invalid-event`: something is not as it has to be. `too-large`: it is over a bound (`eventBounds`). */
export type EventErrorCode = "invalid-event" | "too-large";

/** What was sent is no event. The message names the place and what would be right, and holds nothing of the values. */
export class EventError extends GarrisonError<EventErrorCode> {
  /** The place: `data.process.pid`, `line 4`; empty for the whole of it. */
  readonly at: string;

  constructor(code: EventErrorCode, at: string, message: string, facts: ErrorFacts = {}) {
    super(code, at === "" ? message : `${at}: ${message}`, { ...facts, ids: { ...facts.ids, at } });
    this.at = at;
  }
}
