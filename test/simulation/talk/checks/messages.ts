import type { Violation } from "../../../support/invariants/index.ts";
import type { TalkEvent, Way } from "../talk-history.ts";

type Sent = Extract<TalkEvent, { type: "sent" }>;

/** What became of one message. */
interface Letter {
  readonly sent: Sent;
  readonly at: number;
  unsent: number;
  arrived: number;
  refused: number;
  handled: number;
  undelivered: number;
}

const keyOf = ({ sender, receiver }: Way): string => `${sender} ${receiver}`;

/**
 * I17 over nodes, message by message: what a link took arrives at its receiver's node, once, where it is handled or made a dead letter; or
 * it is a dead letter `unreachable` at its sender. That is exactly what was not acknowledged when one of the two ended: the last messages
 * of that way, some of which may have arrived. Only a crash of the sender takes messages along. What no link took is a dead letter there.
 */
export const checkTalkMessages = (events: readonly TalkEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const letters = new Map<number, Letter>();
  /** Nodes for which a peer ended before they did. */
  const ended = new Set<string>();
  const crashed = new Set<string>();
  const breach = (message: string, at: number, id: number): void =>
    void violations.push({ invariant: "I17", message: `message ${id} ${message}`, at, about: `"id":${id},` });

  events.forEach((event, at) => {
    switch (event.type) {
      case "sent": {
        letters.set(event.id, { sent: event, at, unsent: 0, arrived: 0, refused: 0, handled: 0, undelivered: 0 });
        return;
      }
      case "unsent":
      case "arrived":
      case "refused":
      case "handled":
      case "undelivered": {
        const letter = letters.get(event.id);
        if (letter === undefined) return breach(`was ${event.type} and never sent`, at, event.id);
        letter[event.type] += 1;
        if (letter[event.type] > 1) breach(`was ${event.type} ${letter[event.type]} times`, at, event.id);
        const wrong = misdelivered(letter, event);
        if (wrong !== undefined) breach(wrong, at, event.id);
        return;
      }
      case "peer-ended":
        ended.add(`${event.node} ${event.peer}`);
        return;
      case "node-ended":
        if (event.crashed) crashed.add(event.node);
        return;
      case "quiet":
        return quiet(event, letters, (message, id) => breach(message, at, id));
      case "ask-ended":
      case "life":
      case "stop-ended":
      case "terminated":
      case "unwatch":
      case "watch":
      case "welcomed":
        return;
    }
  });
  /** Ways of which a message came back. */
  const ending = new Set<string>();
  for (const [id, { sent, at, arrived, undelivered, unsent }] of letters) {
    const way = keyOf(sent.way);
    if (!sent.taken) {
      if (unsent !== 1) breach("was not taken, and is no dead letter", at, id);
      continue;
    }
    if (undelivered > 0) ending.add(way);
    else if (ending.has(way)) breach("was acknowledged after one that was sent before it was not", at, id);
    if (arrived > 0 || undelivered > 0) continue;
    if (ended.has(way)) breach(`is gone: ${sent.way.receiver} ended, and it is no dead letter at its sender`, at, id);
    else if (!crashed.has(sent.way.sender)) breach("is gone without a crash of its sender", at, id);
  }
  return violations;
};

type Fate = Extract<TalkEvent, { type: "unsent" | "arrived" | "refused" | "handled" | "undelivered" }>;

/** What is wrong with this end of a message, beside its being the second one. */
const misdelivered = ({ sent, arrived, refused }: Letter, event: Fate): string | undefined => {
  const { taken, to, way } = sent;
  switch (event.type) {
    case "arrived":
      if (!taken) return "arrived, and its sender was told that it would not";
      return event.node === way.receiver && event.from === way.sender
        ? undefined
        : `arrived at ${event.node} from ${event.from}, and went from ${way.sender} to ${way.receiver}`;
    case "handled":
      if (arrived === 0) return "was handled, and never arrived";
      if (refused > 0) return "was handled, and is a dead letter";
      return to === undefined || to === event.actor ? undefined : `was for ${to}, and was handled by ${event.actor}`;
    case "undelivered":
      return event.letters === 1 ? undefined : `was not acknowledged, and made ${event.letters} dead letters`;
    case "unsent":
    case "refused":
      return undefined;
  }
};

/** Between nodes that live nothing is under way any more, and what was for an actor that lives was handled. */
const quiet = (
  { nodes, actors }: Extract<TalkEvent, { type: "quiet" }>,
  letters: ReadonlyMap<number, Letter>,
  breach: (message: string, id: number) => void,
): void => {
  const [live, running] = [new Set(nodes), new Set(actors)];
  for (const [id, { sent, arrived, refused, handled }] of letters) {
    const { way, taken, to } = sent;
    if (!taken || !live.has(way.receiver)) continue;
    if (live.has(way.sender) && arrived === 0) breach("did not arrive, though both nodes live", id);
    const waits = arrived > 0 && handled + refused === 0;
    if (waits && to !== undefined && running.has(to)) breach(`arrived, and ${to} did not handle it`, id);
  }
};
