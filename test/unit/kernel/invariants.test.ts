import assert from "node:assert/strict";
import type { HandlerKind, HistoryFact, Origin } from "../../support/history.ts";
import { Recorder } from "../../support/history.ts";
import { kernelInvariants } from "../../support/invariants/index.ts";

type InvariantName = keyof typeof kernelInvariants;

let runs = 0;

/** A handler that begins and ends at once. */
const handles = (actor: string, handler: HandlerKind = "receive", origin?: Origin): HistoryFact[] => {
  runs += 1;
  return [
    { type: "handler-begin", actor, run: runs, handler, origin },
    { type: "handler-end", actor, run: runs, handler, failed: false },
  ];
};
const begins = (actor: string, handler: HandlerKind, run: number): HistoryFact => ({
  type: "handler-begin",
  actor,
  run,
  handler,
});
const from = (sender: string, sequence: number): Origin => ({ from: sender, sequence });
const watch = (number: number): HistoryFact => ({ type: "watch", watcher: "w", target: "t", watch: number });
const terminated = (number: number): HistoryFact => ({ type: "terminated", watcher: "w", target: "t", watch: number });
const counters = (sent: number, handled: number): HistoryFact => ({
  type: "counters",
  sent,
  handled,
  deadLetters: 0,
  dropped: 0,
  waiting: 0,
});
const life = (actor: string): HistoryFact[] => [...handles(actor, "initial"), ...handles(actor, "stopped")];

const cases: readonly (readonly [InvariantName, string, readonly HistoryFact[], number])[] = [
  ["I7", "in order", [...handles("a", "receive", from("s", 1)), ...handles("a", "receive", from("s", 3))], 0],
  ["I7", "another sender", [...handles("a", "receive", from("s", 2)), ...handles("a", "receive", from("r", 1))], 0],
  ["I7", "out of order", [...handles("a", "receive", from("s", 2)), ...handles("a", "receive", from("s", 1))], 1],
  ["I7", "twice", [...handles("a", "receive", from("s", 1)), ...handles("a", "receive", from("s", 1))], 1],

  ["I8", "two lives", [...life("a"), ...life("a")], 0],
  ["I8", "beside another", [...handles("a", "initial"), begins("a", "receive", 901), begins("a", "notice", 902)], 1],
  ["I8", "after stopped", [...life("a"), ...handles("a")], 1],
  ["I8", "a new life after the end", [...life("a"), { type: "stopped", actor: "a" }, ...life("a")], 2],
  [
    "I8",
    "beside one that was given up",
    [
      ...handles("a", "initial"),
      begins("a", "receive", 903),
      { type: "abandoned", actor: "a" },
      ...handles("a", "stopped"),
    ],
    0,
  ],

  ["I9", "once", [watch(1), ...life("t"), terminated(1), { type: "quiet" }], 0],
  ["I9", "twice", [watch(1), terminated(1), terminated(1)], 1],
  ["I9", "never", [watch(1), { type: "stopped", actor: "t" }, { type: "quiet" }], 1],
  ["I9", "the watch that was replaced", [watch(1), watch(2), terminated(1)], 1],
  ["I9", "after unwatch", [watch(1), { type: "unwatch", watcher: "w", target: "t" }, terminated(1)], 1],
  ["I9", "before the end", [watch(1), terminated(1), ...handles("t")], 1],
  ["I9", "before the last message", [watch(1), terminated(1), ...handles("w", "receive", from("t", 1))], 1],
  [
    "I9",
    "the watcher began a new life",
    [watch(1), ...life("w"), { type: "stopped", actor: "t" }, { type: "quiet" }],
    0,
  ],

  ["I10", "children first", [{ type: "spawn", actor: "p/c", parent: "p" }, ...life("p/c"), ...life("p")], 0],
  [
    "I10",
    "an idle child lives on",
    [{ type: "spawn", actor: "p/c", parent: "p" }, ...handles("p/c", "initial"), ...handles("p", "stopped")],
    1,
  ],
  [
    "I10",
    "a grandchild begins late",
    [
      { type: "spawn", actor: "p/c", parent: "p" },
      { type: "spawn", actor: "p/c/d", parent: "p/c" },
      { type: "stopped", actor: "p" },
      ...handles("p/c/d", "initial"),
    ],
    1,
  ],

  ["I11", "within", [{ type: "spawn", actor: "a", restarts: { max: 1, withinMs: 10 } }, ...life("a"), ...life("a")], 0],
  [
    "I11",
    "one too many",
    [{ type: "spawn", actor: "a", restarts: { max: 1, withinMs: 10 } }, ...life("a"), ...life("a"), ...life("a")],
    1,
  ],

  ["I17", "balanced", [{ type: "tell", to: "a", origin: from("s", 1) }, counters(1, 1)], 0],
  ["I17", "one lost", [counters(2, 1)], 1],
  ["I17", "sent without a count", [{ type: "tell", to: "a", origin: from("s", 1) }, counters(0, 0)], 1],
  ["I17", "handled without a count", [...handles("a", "receive", from("s", 1)), counters(0, 0)], 1],
];

describe("invariant checkers", () => {
  for (const [invariant, what, facts, expected] of cases) {
    it(`${invariant}, ${what}: ${expected === 0 ? "holds" : "is violated"}`, () => {
      const recorder = new Recorder(() => 0);
      for (const fact of facts) recorder.note(fact);
      const violations = kernelInvariants[invariant](recorder.history);
      assert.deepEqual(
        violations.map((violation) => violation.invariant),
        Array<string>(expected).fill(invariant),
      );
    });
  }
});
