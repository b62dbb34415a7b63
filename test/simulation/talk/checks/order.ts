import type { Violation } from "../../../support/invariants/index.ts";
import type { TalkEvent } from "../talk-history.ts";

/**
 * I7 over nodes: what one actor handles of another comes in the order in which it was sent, nothing twice; and of the connections of one
 * node to another each that is let in is a later one. Gaps are those of I17.
 */
export const checkTalkOrder = (events: readonly TalkEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const latest = new Map<string, number>();
  const follow = (pair: string, next: number, what: string, at: number, about: string): void => {
    const before = latest.get(pair) ?? 0;
    if (next <= before) {
      violations.push({ invariant: "I7", message: `${pair}: ${what} ${next} after ${before}`, at, about });
    }
    latest.set(pair, Math.max(next, before));
  };
  events.forEach((event, at) => {
    if (event.type === "handled") {
      const { id, from, actor, sequence } = event;
      follow(`${from} to ${actor}`, sequence, "handled", at, `"id":${id},`);
    } else if (event.type === "welcomed") {
      const { way, epoch } = event;
      follow(
        `${way.sender} to ${way.receiver}`,
        epoch,
        "let in connection",
        at,
        `"way":${JSON.stringify(way)},"epoch"`,
      );
    }
  });
  return violations;
};
