import type { ActorId, History } from "../history.ts";
import type { Violation } from "./violation.ts";

/**
 * I10: when the life of an actor ends, none of its descendants lives. The end of a life is the begin of `stopped`, or news that the actor
 * is gone; a descendant lives from `initial` to the end of `stopped`, and afterwards it does nothing at all.
 */
export const checkDescendants = (history: History): Violation[] => {
  const violations: Violation[] = [];
  const children = new Map<ActorId, Set<ActorId>>();
  const living = new Set<ActorId>();
  const running = new Map<ActorId, number>();
  /** Descendants of a life that has ended, and whose life that was. */
  const orphans = new Map<ActorId, ActorId>();

  const disown = (ancestor: ActorId, actor: ActorId, at: number): void => {
    for (const child of children.get(actor) ?? []) {
      if (living.has(child) || running.has(child)) {
        violations.push({ invariant: "I10", message: `${child} lived when the life of ${ancestor} ended`, at });
      }
      orphans.set(child, ancestor);
      disown(ancestor, child, at);
    }
    children.delete(actor);
  };

  history.forEach((event, at) => {
    switch (event.type) {
      case "spawn":
        if (event.parent !== undefined) {
          const siblings = children.get(event.parent) ?? new Set<ActorId>();
          siblings.add(event.actor);
          children.set(event.parent, siblings);
        }
        return;
      case "handler-begin": {
        const ancestor = orphans.get(event.actor);
        if (ancestor !== undefined) {
          const message = `${event.handler} of ${event.actor} began after the life of ${ancestor} had ended`;
          violations.push({ invariant: "I10", message, at });
        }
        if (event.handler === "stopped") {
          living.delete(event.actor);
          disown(event.actor, event.actor, at);
        }
        running.set(event.actor, event.run);
        return;
      }
      case "handler-end":
        if (running.get(event.actor) !== event.run) return;
        running.delete(event.actor);
        if (event.handler === "initial" && !event.failed) living.add(event.actor);
        return;
      case "abandoned":
        running.delete(event.actor);
        return;
      case "stopped":
        disown(event.actor, event.actor, at);
        return;
      case "terminated":
        disown(event.target, event.target, at);
        return;
      case "counters":
      case "quiet":
      case "tell":
      case "unwatch":
      case "watch":
        return;
    }
  });
  return violations;
};
