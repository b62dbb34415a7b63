import { GarrisonError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import type { SecurityEvent } from "../../engines/events/index.ts";
import type { Props } from "../../kernel/index.ts";
import type { Claim, Space } from "../../store/index.ts";
import { eachClaim } from "../claims/each-claim.ts";
import { queueWorkerProps, type QueueWorkerMessage } from "../claims/queue-worker.ts";

/** Stores events for those who answer them. Resolves once they are stored: an event whose key was stored before changes nothing. */
export type AcceptEvents = (events: readonly SecurityEvent[]) => Promise<unknown>;

export interface EventForwarderSetup {
  readonly space: Space;
  /** Whose items were added in the commits that made what the events tell of. */
  readonly queue: string;
  /** Owner of the claims. */
  readonly owner: string;
  /** The event of an item, with the same id each time. Throws when the item cannot be read: it is given up after some tries. */
  readonly eventOf: (body: Json) => SecurityEvent;
  readonly accept: AcceptEvents;
}

const atOnce = 64;
/** Longer than the calls of two stores may take. */
const leaseMs = 30_000;
/** The spaces of events change with each report, or answer of a detector. */
const restMs = 100;
/** Until events are offered again that are not taken now, since too many wait or the store does not answer. */
const againMs = 1_000;

const forward = async ({ space, eventOf, accept }: EventForwarderSetup, claim: Claim): Promise<void> => {
  const event = eventOf(claim.body);
  try {
    await accept([event]);
  } catch (error) {
    if (!(error instanceof GarrisonError && error.retryable)) throw error;
    // However long that takes: nothing is wrong with the event.
    await space.commit(undefined, [{ type: "release", claim, reason: "returned", delayMs: againMs }]);
    return;
  }
  await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
};

/**
 * Hands events that a system has raised to those who answer them. An event is in another space than what it tells of, so it goes through a queue
 * there: at least once, and with an id of its own only once.
 */
export const eventForwarderProps = (setup: EventForwarderSetup): Props<unknown, QueueWorkerMessage> => {
  const { space, queue, owner } = setup;
  return queueWorkerProps({
    ...{ space, queue, owner, slots: atOnce, leaseMs, restMs },
    begin: (life) => eachClaim(space, life, (claim) => forward(setup, claim)),
  });
};
