import type { Violation } from "../../../support/invariants/index.ts";
import type { TalkEvent } from "../talk-history.ts";

interface Watch {
  readonly watch: number;
  readonly watcher: string;
  readonly target: string;
}

/**
 * I9 over nodes: the end of a watched actor is told exactly once per watch, whether it stopped or its node ended; not while it runs, after
 * its last message, and never after `unwatch` or the end of the watcher's life. A stop that another node confirmed is the end, too.
 */
export const checkTalkTerminated = (events: readonly TalkEvent[]): Violation[] => {
  const violations: Violation[] = [];
  /** Those that are owed, by watcher and target. */
  const open = new Map<string, Watch>();
  const told = new Set<number>();
  const heardOf = new Set<string>();
  const endedFor = new Set<string>();
  events.forEach((event, at) => {
    const breach = (message: string, about: string): void =>
      void violations.push({ invariant: "I9", message, at, about });
    switch (event.type) {
      case "watch":
        open.set(`${event.watcher} ${event.target}`, event);
        return;
      case "unwatch":
        for (const [key, { watch }] of open) if (watch === event.watch) open.delete(key);
        return;
      case "life":
        for (const [key, { watcher }] of open) if (watcher === event.actor) open.delete(key);
        return;
      case "peer-ended":
        endedFor.add(`${event.node} ${event.peer}`);
        return;
      case "terminated": {
        const { watch, watcher, target, runs } = event;
        const pair = `${watcher} ${target}`;
        if (told.has(watch)) breach(`${watcher} was told the end of ${target} twice`, target);
        else if (open.get(pair)?.watch !== watch)
          breach(`${watcher} was told the end of ${target} without a watch`, target);
        else open.delete(pair);
        told.add(watch);
        heardOf.add(`${target} ${watcher}`);
        if (runs && !endedFor.has(`${nodeOf(watcher)} ${nodeOf(target)}`)) {
          breach(`${watcher} was told the end of ${target}, which runs`, target);
        }
        return;
      }
      case "stop-ended":
        if (event.runs && !endedFor.has(`${nodeOf(event.by)} ${nodeOf(event.target)}`))
          breach(`${event.target} was said to have stopped, and runs`, event.target);
        return;
      case "handled":
        if (!heardOf.has(`${event.from} ${event.actor}`)) return;
        breach(`${event.actor} handled a message of ${event.from} after it had been told its end`, event.from);
        return;
      case "quiet": {
        const actors = new Set(event.actors);
        for (const { watcher, target } of open.values()) {
          if (actors.has(watcher) && !actors.has(target))
            breach(`${watcher} was never told the end of ${target}`, target);
        }
        return;
      }
      case "sent":
      case "unsent":
      case "arrived":
      case "refused":
      case "undelivered":
      case "ask-ended":
      case "node-ended":
      case "welcomed":
        return;
    }
  });
  return violations;
};

const nodeOf = (actor: string): string => actor.slice(0, actor.indexOf(":"));
