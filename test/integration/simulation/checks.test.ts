import assert from "node:assert/strict";
import { checkFinished, checkNothingLost, checkOneEnd, checkPlan, checkPoison } from "../../simulation/checks.ts";
import { checkCancelled, checkPaused } from "../../simulation/order-checks.ts";
import type { FinalItem, StoreEvent, WorkLog } from "../../simulation/store-history.ts";
import { ownershipOf } from "../../simulation/ownership-of.ts";
import { checkFencing, checkIntervals, type Violation } from "../../support/invariants/index.ts";

const commit = { type: "committed", space: "scan", revision: 1, owner: "a" } as const;
const queue = "subtasks";
const id = "one";
const ref = (token: number) => ({ queue, id, token });

const claimed = (token: number, atMs: number, owner = "a"): StoreEvent => ({
  type: "claimed",
  ...{ owner, by: owner },
  leaseMs: 100,
  claims: [{ ...ref(token), failures: 0, losses: 0 }],
  atMs,
});
const extended = (token: number, atMs: number): StoreEvent => ({
  type: "extended",
  owner: "a",
  leaseMs: 100,
  claims: [ref(token)],
  atMs,
});
const finished = (token: number, atMs: number, owner = "a"): StoreEvent => ({
  ...{ ...commit, owner },
  guard: { type: "claim", claim: ref(token) },
  changes: [{ type: "finish", claim: ref(token), outcome: "done" }],
  atMs,
});
const added: StoreEvent = {
  ...commit,
  guard: undefined,
  changes: [{ type: "add", queue, item: { id, body: {} } }],
  atMs: 0,
};
const item = (more: Partial<FinalItem> = {}): FinalItem => ({
  queue,
  id,
  status: "done",
  failures: 0,
  losses: 0,
  deadBy: undefined,
  taskId: "scan",
  templates: ["scan-t"],
  split: false,
  findings: 1,
  ...more,
});
const nobody: WorkLog = {
  acknowledged: new Set(),
  templates: new Map([["scan", ["scan-t"]]]),
  deadly: new Set(),
  hopeless: new Set(),
  requests: [],
};
const deadly: WorkLog = { ...nobody, deadly: new Set(["scan-t"]) };
const hopeless: WorkLog = { ...nobody, hopeless: new Set(["scan-t"]) };
const two = ["scan-t", "scan-u"];
const done = item({ queue: "tasks", id: "scan", templates: [], findings: 0 });

/** Of the scan named `scan`, whose only subtask is `scan.1`. */
const ordered = (order: "hold" | "resume" | "cancel", group: string, atMs: number): StoreEvent => ({
  ...{ type: "ordered", space: "scan" },
  group,
  order,
  atMs,
});
const part = { queue: "subtasks", id: "scan.1", token: 1 };
const partClaimed = (atMs: number): StoreEvent => ({
  ...{ type: "claimed", owner: "a", by: "a", leaseMs: 100, atMs },
  claims: [{ ...part, failures: 0, losses: 0 }],
});
const partFinished = (atMs: number): StoreEvent => ({
  ...{ ...commit, guard: { type: "claim", claim: part }, atMs },
  changes: [{ type: "finish", claim: part, outcome: "done" }],
});
const partReported = (atMs: number): StoreEvent => ({
  ...{ ...commit, guard: undefined, atMs },
  changes: [{ type: "put", key: "report/scan/scan.1", value: null }],
});
const cancelled = ordered("cancel", "scan", 10);
const asked = (atMs: number, thawedAtMs = 0): WorkLog => ({
  ...nobody,
  requests: [{ template: "scan-t", node: "a", atMs, thawedAtMs }],
});
const paused = ordered("hold", "scan.scan", 10);
const scan = { queue: "tasks", id: "scan", token: 7 };
const scanClaimed = (atMs: number): StoreEvent => ({
  ...{ type: "claimed", owner: "a", by: "a", leaseMs: 100, atMs },
  claims: [{ ...scan, failures: 0, losses: 0 }],
});
const scanExtended = (atMs: number): StoreEvent => ({
  type: "extended",
  owner: "a",
  leaseMs: 100,
  claims: [scan],
  atMs,
});
const scanReturned = (atMs: number): StoreEvent => ({
  ...{ ...commit, guard: { type: "claim", claim: scan }, atMs },
  changes: [{ type: "release", claim: scan, reason: "returned" }],
});

const tokens = (history: readonly StoreEvent[]): readonly Violation[] => checkFencing(ownershipOf(history));
const intervals = (history: readonly StoreEvent[]): readonly Violation[] => checkIntervals(ownershipOf(history));

const cases: readonly (readonly [string, string, readonly Violation[], number])[] = [
  ["I1", "one claim, one write", tokens([claimed(1, 0), finished(1, 1)]), 0],
  ["I1", "a stale write", tokens([claimed(1, 0), claimed(2, 200), finished(1, 201)]), 2],
  ["I1", "a write of another owner", tokens([claimed(1, 0), finished(1, 1, "b")]), 2],
  ["I1", "a token given twice", tokens([claimed(1, 0, "a"), claimed(1, 200, "b")]), 1],
  ["I1", "a stale extension", tokens([claimed(1, 0), claimed(2, 200), extended(1, 201)]), 1],
  ["I2", "after the deadline", intervals([claimed(1, 0), claimed(2, 100)]), 0],
  ["I2", "before the deadline", intervals([claimed(1, 0), claimed(2, 99)]), 1],
  ["I2", "before the extended deadline", intervals([claimed(1, 0), extended(1, 90), claimed(2, 150)]), 1],
  ["I2", "after the end", intervals([claimed(1, 0), finished(1, 10), claimed(2, 20)]), 0],
  ["I2", "a stale end", intervals([claimed(1, 0), claimed(2, 100), finished(1, 110), claimed(3, 120)]), 1],
  ["I4", "still there", checkNothingLost([added], nobody, [item({ status: "ready" })]), 0],
  ["I4", "gone", checkNothingLost([added], nobody, []), 1],
  ["I4", "acknowledged and gone", checkNothingLost([], { ...nobody, acknowledged: new Set(["t"]) }, []), 1],
  ["I5", "one end, one finding", checkOneEnd([finished(1, 0)], [item()]), 0],
  ["I5", "two ends", checkOneEnd([finished(1, 0), finished(1, 1)], [item()]), 2],
  ["I5", "done without an end", checkOneEnd([], [item()]), 1],
  ["I5", "findings twice", checkOneEnd([finished(1, 0)], [item({ findings: 2 })]), 1],
  ["I5", "cut into parts", checkOneEnd([finished(1, 0)], [item({ split: true, templates: two, findings: 0 })]), 0],
  ["I5", "planned once", checkPlan([], nobody, [done, item()]), 0],
  ["I5", "planned twice", checkPlan([], nobody, [done, item(), item({ id: "other" })]), 1],
  ["I5", "cut, and a part is missing", checkPlan([], nobody, [done, item({ split: true })]), 1],
  ["I6", "innocent and done", checkPoison([], nobody, [item()]), 0],
  ["I6", "innocent and dead", checkPoison([], nobody, [item({ status: "dead", deadBy: "losses" })]), 1],
  ["I6", "deadly and dead", checkPoison([], deadly, [item({ status: "dead", deadBy: "losses" })]), 0],
  ["I6", "deadly and done", checkPoison([], deadly, [item()]), 1],
  ["I6", "hopeless, dead by losses", checkPoison([], hopeless, [item({ status: "dead", deadBy: "losses" })]), 1],
  ["I6", "dead with a bystander", checkPoison([], deadly, [item({ templates: two, deadBy: "losses" })]), 1],
  ["I6", "deadly and cancelled", checkPoison([], deadly, [item({ status: "cancelled" })]), 0],
  ["I6", "beyond the limit", checkPoison([], nobody, [item({ failures: 1_000 })]), 1],
  ["I14", "ended before", checkCancelled([partClaimed(0), partFinished(5), cancelled], asked(5), 50), 0],
  ["I14", "claimed", checkCancelled([cancelled, partClaimed(11)], nobody, 50), 1],
  ["I14", "ended", checkCancelled([partClaimed(0), cancelled, partFinished(11)], nobody, 50), 1],
  ["I14", "a result", checkCancelled([cancelled, partReported(11)], nobody, 50), 1],
  ["I14", "a request within the bound", checkCancelled([cancelled], asked(60), 50), 0],
  ["I14", "a request after the bound", checkCancelled([cancelled], asked(61), 50), 1],
  ["I14", "a request after the bound, and a thaw", checkCancelled([cancelled], asked(61, 40), 50), 0],
  ["I16", "paused and given back", checkPaused([scanClaimed(0), paused, scanReturned(20)], 50), 0],
  ["I16", "paused and run out", checkPaused([scanClaimed(0), paused, ordered("resume", "scan.scan", 900)], 100), 0],
  ["I16", "paused and kept", checkPaused([scanClaimed(0), paused, scanExtended(90), scanReturned(150)], 50), 1],
  [
    "I16",
    "paused and kept until it goes on",
    checkPaused([scanClaimed(0), paused, scanExtended(90), ordered("resume", "scan.scan", 150)], 50),
    1,
  ],
  ["I16", "taken up while paused", checkPaused([paused, scanClaimed(11)], 50), 1],
  ["I16", "ended", checkFinished([], [item()]), 0],
  ["I16", "not ended", checkFinished([], [item({ status: "claimed" })]), 1],
];

describe("checkers of the store's history", () => {
  for (const [invariant, what, violations, expected] of cases) {
    it(`${invariant}, ${what}: ${expected === 0 ? "holds" : "is violated"}`, () => {
      assert.deepEqual(
        violations.map((violation) => violation.invariant),
        Array<string>(expected).fill(invariant),
      );
    });
  }
});
