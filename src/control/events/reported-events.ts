import { EventError, parseEvent, type SecurityEvent } from "../../engines/events/index.ts";
import type { Caller, ReportedEvent } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";

/** Every event of a message says its own, so that it can be sent again. */
const noId = (): string => "";

/**
 * An event as a caller reports it. Its source is the caller, unless it says another one, which those who may only report must not.
 *
 * @param at where it stands in the request, such as `events.3`
 * @throws ControlError `invalid` with the place, `foreign-source`
 */
export const reportedEvent = (
  { source = "", ...reported }: ReportedEvent,
  { name, role }: Caller,
  at: string,
): SecurityEvent => {
  if (role === "reporter" && source !== "" && source !== name) {
    throw new ControlError("foreign-source", `${at}.source: ${name} reports for itself: leave the source out`);
  }
  try {
    return parseEvent({ ...reported, source: source === "" ? name : source }, { id: noId });
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    const place = error.at === "" ? `${at}: ` : `${at}.`;
    throw new ControlError("invalid", `${place}${error.message}`, { cause: error });
  }
};

/** All events of a message, or the error of the first that is none. */
export const reportedEvents = (
  events: readonly ReportedEvent[],
  caller: Caller,
  at = "events",
): readonly SecurityEvent[] => events.map((event, index) => reportedEvent(event, caller, `${at}.${index}`));
