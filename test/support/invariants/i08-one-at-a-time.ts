import type { ActorId, HandlerKind, History } from "../history.ts";
import type { Violation } from "./violation.ts";

interface Seen {
  running: { readonly run: number; readonly handler: HandlerKind } | undefined;
  /** `initial` succeeded and `stopped` has not begun. */
  alive: boolean;
  gone: boolean;
}

/**
 * I8: never two handlers of one incarnation at once, and none after `stopped` but the `initial` of the next life. A handler that the
 * kernel reported as abandoned counts no more, whatever it does later.
 */
export const checkOneAtATime = (history: History): Violation[] => {
  const violations: Violation[] = [];
  const actors = new Map<ActorId, Seen>();
  const seen = (id: ActorId): Seen => {
    const actor = actors.get(id) ?? { running: undefined, alive: false, gone: false };
    actors.set(id, actor);
    return actor;
  };
  history.forEach((event, at) => {
    switch (event.type) {
      case "handler-begin": {
        const { handler, run } = event;
        const actor = seen(event.actor);
        const problem = whyNot(actor, handler);
        if (problem !== undefined) {
          violations.push({ invariant: "I8", message: `${handler} of ${event.actor} began ${problem}`, at });
        }
        if (handler === "stopped") actor.alive = false;
        actor.running = { run, handler };
        return;
      }
      case "handler-end": {
        const actor = seen(event.actor);
        if (actor.running?.run !== event.run) return;
        if (event.handler === "initial") actor.alive = !event.failed;
        actor.running = undefined;
        return;
      }
      case "abandoned":
        seen(event.actor).running = undefined;
        return;
      case "stopped":
        seen(event.actor).gone = true;
        return;
      case "terminated":
        seen(event.target).gone = true;
        return;
      case "counters":
      case "quiet":
      case "spawn":
      case "tell":
      case "unwatch":
      case "watch":
        return;
    }
  });
  return violations;
};

/** Why a handler must not begin now. */
const whyNot = (actor: Seen, handler: HandlerKind): string | undefined => {
  if (actor.running !== undefined) return `beside ${actor.running.handler}`;
  if (actor.gone) return "after the actor had stopped";
  if (handler === "initial") return actor.alive ? "before the last life had ended" : undefined;
  return actor.alive ? undefined : "outside a life";
};
