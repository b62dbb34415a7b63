import type { ActorId, History } from "../history.ts";
import type { Violation } from "./violation.ts";

/**
 * I17: every message sent was handled, is a dead letter, was dropped, or still waits. What the kernel counts has to agree with itself and
 * may not be less than what senders and receivers saw. (It may be more: not everyone is recorded.)
 */
export const checkConservation = (history: History): Violation[] => {
  const violations: Violation[] = [];
  let told = 0;
  let handled = 0;
  /** The message that each actor handles now, by the run of its handler. */
  const receiving = new Map<ActorId, number>();
  history.forEach((event, at) => {
    const breach = (message: string): void => void violations.push({ invariant: "I17", message, at });
    switch (event.type) {
      case "tell":
        told += 1;
        return;
      case "handler-begin":
        if (event.handler === "receive" && event.origin !== undefined) receiving.set(event.actor, event.run);
        return;
      case "handler-end":
        if (receiving.get(event.actor) !== event.run) return;
        receiving.delete(event.actor);
        if (!event.failed) handled += 1;
        return;
      case "abandoned":
        // Its message became a dead letter; the late end of the handler is no handling.
        receiving.delete(event.actor);
        return;
      case "counters": {
        const { sent, deadLetters, dropped, waiting } = event;
        const found = event.handled + deadLetters + dropped + waiting;
        if (sent !== found) {
          breach(
            `${sent} were sent, but ${event.handled} handled + ${deadLetters} dead letters + ${dropped} dropped + ${waiting} waiting = ${found}`,
          );
        }
        if (told > sent) breach(`${told} were seen to be sent, ${sent} were counted`);
        if (handled > event.handled) breach(`${handled} were seen to be handled, ${event.handled} were counted`);
        return;
      }
      case "quiet":
      case "spawn":
      case "stopped":
      case "terminated":
      case "unwatch":
      case "watch":
        return;
    }
  });
  return violations;
};
