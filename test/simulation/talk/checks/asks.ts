import type { Violation } from "../../../support/invariants/index.ts";
import type { TalkEvent } from "../talk-history.ts";

type Sent = Extract<TalkEvent, { type: "sent" }>;

/** Beyond its deadline, in milliseconds: the kernel looks every 8 ms. */
const overdueMs = 50;

/**
 * I17 and I16 for asks over nodes: an ask ends with its own answer; at once when the node that was asked has ended, at the latest at
 * its deadline.
 */
export const checkTalkAsks = (events: readonly TalkEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const open = new Map<number, Sent>();
  /** Peers that have ended, by the step in which their node heard of it. */
  const ended: { readonly node: string; readonly peer: string; readonly step: number }[] = [];
  const breach = (invariant: Violation["invariant"], message: string, at: number, id: number): void =>
    void violations.push({ invariant, message: `ask ${id} ${message}`, at, about: `"id":${id},` });
  const lookFor = (step: number, at: number): void => {
    for (let next = ended[0]; next !== undefined && next.step < step; next = ended[0]) {
      ended.shift();
      for (const [id, { way, taken }] of open) {
        if (!taken || way.sender !== next.node || way.receiver !== next.peer) continue;
        breach("I16", "did not end with the node that was asked", at, id);
        open.delete(id);
      }
    }
  };
  events.forEach((event, at) => {
    lookFor(event.step, at);
    if (event.type === "sent" && event.deadlineMs !== undefined) {
      open.set(event.id, event);
    } else if (event.type === "peer-ended") {
      ended.push(event);
    } else if (event.type === "node-ended") {
      for (const [id, { way }] of open) if (way.sender === event.node) open.delete(id);
    } else if (event.type === "ask-ended") {
      const { id, answers } = event;
      open.delete(id);
      if (answers !== undefined && answers !== id) breach("I17", `got the answer to ask ${answers}`, at, id);
    } else if (event.type === "quiet") {
      for (const [id, { deadlineMs = Infinity }] of open) {
        if (event.atMs > deadlineMs + overdueMs) breach("I16", "did not end at its deadline", at, id);
      }
    }
  });
  return violations;
};
