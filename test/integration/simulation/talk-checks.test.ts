import assert from "node:assert/strict";
import { checkTalkAsks } from "../../simulation/talk/checks/asks.ts";
import { checkTalkMessages } from "../../simulation/talk/checks/messages.ts";
import { checkTalkOrder } from "../../simulation/talk/checks/order.ts";
import { checkTalkTerminated } from "../../simulation/talk/checks/terminated.ts";
import type { TalkEvent, TalkFact } from "../../simulation/talk/talk-history.ts";
import type { Violation } from "../../support/invariants/index.ts";

const [sender, receiver] = ["n0.1", "n1.1"];
const [from, actor] = ["n0.1:/talk#1", "n1.1:/talk/w0#2"];
const way = { sender, receiver };

type Sent = Extract<TalkFact, { type: "sent" }>;

const sent = (id: number, more: Partial<Sent> = {}): TalkFact => ({
  ...{ type: "sent", id, from, sequence: id, way, to: actor, deadlineMs: undefined, taken: true },
  ...more,
});
const arrived = (id: number): TalkFact => ({ type: "arrived", id, node: receiver, from: sender });
const handled = (id: number, by = actor): TalkFact => ({ type: "handled", id, from, sequence: id, actor: by });
const refused = (id: number): TalkFact => ({ type: "refused", id, node: receiver });
const undelivered = (id: number, letters = 1): TalkFact => ({ type: "undelivered", id, letters });
const unsent = (id: number): TalkFact => ({ type: "unsent", id });
const peerEnded: TalkFact = { type: "peer-ended", node: sender, peer: receiver };
const nodeEnded = (crashed: boolean): TalkFact => ({ type: "node-ended", node: sender, crashed });
const quiet: TalkFact = { type: "quiet", nodes: [sender, receiver], actors: [from, actor] };
const quietWithoutTarget: TalkFact = { type: "quiet", nodes: [sender], actors: [from] };
const welcomed = (epoch: number): TalkFact => ({ type: "welcomed", way, epoch });

const watch = (number: number): TalkFact => ({ type: "watch", watch: number, watcher: from, target: actor });
const terminated = (number: number, runs = false): TalkFact => ({
  ...{ type: "terminated", watch: number, watcher: from, target: actor, runs },
});
/** The watched one had written to its watcher. */
const heardFromTarget: TalkFact = { type: "handled", id: 9, from: actor, sequence: 9, actor: from };

const ask = (id: number): TalkFact => sent(id, { deadlineMs: 100 });
const askEnded = (id: number, answers: number | undefined): TalkFact => ({
  ...{ type: "ask-ended", id, how: answers === undefined ? "node-gone" : "answered", answers },
});

type Check = (events: readonly TalkEvent[]) => Violation[];
type Case = readonly [invariant: string, what: string, check: Check, facts: readonly TalkFact[], expected: number];

const cases: readonly Case[] = [
  ["I7", "in the order in which they were sent, with a gap", checkTalkOrder, [handled(1), handled(3)], 0],
  ["I7", "one overtakes another", checkTalkOrder, [handled(2), handled(1)], 1],
  ["I7", "one is handled twice", checkTalkOrder, [handled(1), handled(1)], 1],
  ["I7", "a later connection is let in", checkTalkOrder, [welcomed(1), welcomed(2)], 0],
  ["I7", "a former connection is let in", checkTalkOrder, [welcomed(2), welcomed(1)], 1],

  ["I9", "the end is told once", checkTalkTerminated, [watch(1), terminated(1), quietWithoutTarget], 0],
  ["I9", "the end is told twice", checkTalkTerminated, [watch(1), terminated(1), terminated(1)], 1],
  ["I9", "the end is never told", checkTalkTerminated, [watch(1), quietWithoutTarget], 1],
  ["I9", "it runs, and nothing is owed", checkTalkTerminated, [watch(1), quiet], 0],
  ["I9", "the end is told without a watch", checkTalkTerminated, [terminated(1)], 1],
  [
    ...(["I9", "the end is told after the watch was given up", checkTalkTerminated] as const),
    ...([[watch(1), { type: "unwatch", watch: 1 }, terminated(1)], 1] as const),
  ],
  [
    ...(["I9", "the end is told to the watcher's next life", checkTalkTerminated] as const),
    ...([[watch(1), { type: "life", actor: from }, terminated(1)], 1] as const),
  ],
  ["I9", "the end of one that runs is told", checkTalkTerminated, [watch(1), terminated(1, true)], 1],
  ["I9", "its node was given up", checkTalkTerminated, [watch(1), peerEnded, terminated(1, true)], 0],
  [
    ...(["I9", "a message comes before the end", checkTalkTerminated] as const),
    ...([[watch(1), heardFromTarget, terminated(1)], 0] as const),
  ],
  [
    ...(["I9", "a message comes after the end", checkTalkTerminated] as const),
    ...([[watch(1), terminated(1), heardFromTarget], 1] as const),
  ],
  [
    ...(["I9", "one that was said to have stopped runs", checkTalkTerminated] as const),
    ...([[{ type: "stop-ended", by: from, target: actor, runs: true }], 1] as const),
  ],

  ["I17", "arrives and is handled", checkTalkMessages, [sent(1), arrived(1), handled(1), quiet], 0],
  ["I17", "arrives and is refused", checkTalkMessages, [sent(1), arrived(1), refused(1), quiet], 0],
  ["I17", "is lost on the way", checkTalkMessages, [sent(1), quiet, undelivered(1)], 1],
  ["I17", "arrives and is forgotten", checkTalkMessages, [sent(1), arrived(1), quiet], 1],
  ["I17", "arrives twice", checkTalkMessages, [sent(1), arrived(1), arrived(1)], 1],
  ["I17", "is handled and a dead letter", checkTalkMessages, [sent(1), arrived(1), refused(1), handled(1)], 1],
  ["I17", "is handled by another actor", checkTalkMessages, [sent(1), arrived(1), handled(1, "n1.1:/talk#1")], 1],
  ["I17", "is handled, and never arrived", checkTalkMessages, [sent(1), handled(1), undelivered(1)], 1],
  [
    "I17",
    "arrives at another node",
    checkTalkMessages,
    [sent(1, { way: { sender, receiver: "n1.2" } }), arrived(1)],
    1,
  ],
  ["I17", "was never sent", checkTalkMessages, [arrived(1)], 1],
  ["I17", "came back as a dead letter", checkTalkMessages, [sent(1), peerEnded, undelivered(1)], 0],
  ["I17", "came back and left no dead letter", checkTalkMessages, [sent(1), peerEnded, undelivered(1, 0)], 1],
  ["I17", "is gone with its receiver", checkTalkMessages, [sent(1), peerEnded], 1],
  ["I17", "is gone with its sender", checkTalkMessages, [sent(1), nodeEnded(true)], 0],
  ["I17", "is gone though its sender ended in order", checkTalkMessages, [sent(1), nodeEnded(false)], 1],
  ["I17", "was not taken, and is a dead letter", checkTalkMessages, [sent(1, { taken: false }), unsent(1)], 0],
  ["I17", "was not taken, and is no dead letter", checkTalkMessages, [sent(1, { taken: false })], 1],
  ["I17", "was not taken, and arrives", checkTalkMessages, [sent(1, { taken: false }), unsent(1), arrived(1)], 1],
  [
    ...(["I17", "one that was sent later was acknowledged", checkTalkMessages] as const),
    ...([[sent(1), sent(2), arrived(2), handled(2), undelivered(1)], 1] as const),
  ],

  ["I17", "an ask gets its answer", checkTalkAsks, [ask(1), askEnded(1, 1), quiet], 0],
  ["I17", "an ask gets the answer to another", checkTalkAsks, [ask(1), ask(2), askEnded(1, 2)], 1],
  ["I16", "an ask ends with the node that was asked", checkTalkAsks, [ask(1), peerEnded, askEnded(1, undefined)], 0],
  ["I16", "an ask outlives the node that was asked", checkTalkAsks, [ask(1), peerEnded, welcomed(1)], 1],
  ["I16", "an ask does not end at its deadline", checkTalkAsks, [ask(1), quiet], 1],
  ["I16", "the asker is gone", checkTalkAsks, [ask(1), nodeEnded(true), quiet], 0],
];

/** As they would have been noted: the end of a peer and what follows from it in one step, everything else in steps of its own. */
const history = (facts: readonly TalkFact[]): readonly TalkEvent[] => {
  let step = 0;
  let last: TalkFact["type"] | undefined;
  return facts.map((fact) => {
    if (!(last === "peer-ended" && (fact.type === "ask-ended" || fact.type === "undelivered"))) step += 1;
    last = fact.type;
    return { ...fact, step, atMs: 200 * step };
  });
};

describe("checkers of messages between nodes", () => {
  for (const [invariant, what, check, facts, expected] of cases) {
    it(`${invariant}, ${what}: ${expected === 0 ? "holds" : "is violated"}`, () => {
      const found = check(history(facts));
      assert.deepEqual(
        found.map((violation) => violation.invariant),
        Array.from({ length: expected }, () => invariant),
        JSON.stringify(found),
      );
    });
  }
});
