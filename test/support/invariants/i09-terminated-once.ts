import type { ActorId, History } from "../history.ts";
import type { Violation } from "./violation.ts";

interface Watch {
  readonly watch: number;
  readonly target: ActorId;
  delivered: boolean;
}

/**
 * I9: `Terminated` comes exactly once per watch, not before the end of the target, after the last message of the target, and never after
 * `unwatch` or the end of the watcher's life. What is still owed when everything is quiet is a violation too.
 */
export const checkTerminatedOnce = (history: History): Violation[] => {
  const violations: Violation[] = [];
  /** What each watcher watches, by target. Watching again replaces; the end of its life clears. */
  const watches = new Map<ActorId, Map<ActorId, Watch>>();
  const heardOf = new Set<string>();
  const gone = new Set<ActorId>();
  const of = (watcher: ActorId): Map<ActorId, Watch> => {
    const mine = watches.get(watcher) ?? new Map<ActorId, Watch>();
    watches.set(watcher, mine);
    return mine;
  };
  history.forEach((event, at) => {
    const breach = (message: string): void => void violations.push({ invariant: "I9", message, at });
    switch (event.type) {
      case "watch":
        of(event.watcher).set(event.target, { watch: event.watch, target: event.target, delivered: false });
        return;
      case "unwatch":
        of(event.watcher).delete(event.target);
        return;
      case "terminated": {
        const { watcher, target, watch } = event;
        const current = of(watcher).get(target);
        if (current?.watch !== watch) breach(`${watcher} was told the end of ${target} without a watch`);
        else if (current.delivered) breach(`${watcher} was told the end of ${target} twice`);
        else current.delivered = true;
        heardOf.add(`${target} to ${watcher}`);
        gone.add(target);
        return;
      }
      case "handler-begin":
        if (gone.has(event.actor)) breach(`${event.handler} of ${event.actor} began after its end was told`);
        if (event.handler === "initial" || event.handler === "stopped") watches.delete(event.actor);
        if (event.origin !== undefined && heardOf.has(`${event.origin.from} to ${event.actor}`)) {
          breach(`${event.actor} handled a message of ${event.origin.from} after it had been told its end`);
        }
        return;
      case "stopped":
        gone.add(event.actor);
        watches.delete(event.actor);
        return;
      case "quiet":
        for (const [watcher, mine] of watches) {
          for (const { target, delivered } of mine.values()) {
            if (gone.has(target) && !delivered) breach(`${watcher} was never told the end of ${target}`);
          }
        }
        return;
      case "abandoned":
      case "counters":
      case "handler-end":
      case "spawn":
      case "tell":
        return;
    }
  });
  return violations;
};
