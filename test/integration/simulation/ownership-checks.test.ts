import assert from "node:assert/strict";
import {
  checkConverged,
  checkFencing,
  checkIntervals,
  checkLeases,
  checkNoReturn,
  checkRate,
  type LeaseCall,
  type LeaseOperation,
  type OwnershipEvent,
  type OwnershipFact,
  type Violation,
} from "../../support/invariants/index.ts";

const event = (fact: OwnershipFact, token: number, atMs: number, owner = "a"): OwnershipEvent => ({
  ...{ ...fact, key: "owner/cells/1", token, owner, atMs },
});
const granted = (token: number, atMs: number, owner = "a"): OwnershipEvent =>
  event({ type: "granted", deadlineMs: atMs + 100 }, token, atMs, owner);
const did = (type: "accepted" | "refused" | "released" | "acted", token: number, atMs: number, owner = "a") =>
  event({ type }, token, atMs, owner);

const call = (calledAtMs: number, answeredAtMs: number | undefined, operation: LeaseOperation): LeaseCall => ({
  ...{ key: "node/a", operation, calledAtMs },
  ...(answeredAtMs === undefined ? {} : { answeredAtMs }),
});
const acquire = (owner: string, token?: number): LeaseOperation => ({
  ...{ type: "acquire", owner, ttlMs: 100, answer: { token } },
});
const unheard = (owner: string): LeaseOperation => ({ type: "acquire", owner, ttlMs: 100 });
const seize = (owner: string, expected: number, token?: number): LeaseOperation => ({
  ...{ type: "seize", owner, ttlMs: 100, token: expected, answer: { token } },
});
const renew = (token: number, held: boolean): LeaseOperation => ({
  type: "renew",
  token,
  ttlMs: 100,
  answer: { held },
});
const release = (token: number, held: boolean): LeaseOperation => ({ type: "release", token, answer: { held } });
const look = (owner?: string, token = 1, leftMs = 50): LeaseOperation => ({
  ...{ type: "look", answer: { holder: owner === undefined ? undefined : { owner, token, leftMs } } },
});
const leases = (...calls: readonly LeaseCall[]): readonly Violation[] => checkLeases(calls).violations;

const row = (state: string, incarnation = "1") => ({ id: "a", incarnation, state });
const table = (version: number, ...members: ReturnType<typeof row>[]) => ({ version, members });
const seen = (atMs: number) => ({ target: "t", atMs });
const limit = { perSecond: 2, burst: 1 };

const cases: readonly (readonly [string, string, readonly Violation[], number])[] = [
  ["I1", "a takeover", checkFencing([granted(1, 0), did("accepted", 1, 1), granted(2, 200, "b")]), 0],
  ["I1", "a stale write", checkFencing([granted(1, 0), granted(2, 200, "b"), did("accepted", 1, 201)]), 1],
  ["I1", "a stale write refused", checkFencing([granted(1, 0), granted(2, 200, "b"), did("refused", 1, 201)]), 0],
  ["I1", "a token of another", checkFencing([granted(1, 0), did("accepted", 1, 1, "b")]), 1],
  ["I1", "a smaller token", checkFencing([granted(2, 0), granted(1, 200, "b")]), 1],
  ["I2", "one after the other", checkIntervals([granted(1, 0), granted(2, 100, "b")]), 0],
  ["I2", "at the same time", checkIntervals([granted(1, 0), granted(2, 99, "b")]), 1],
  ["I2", "after the release", checkIntervals([granted(1, 0), did("released", 1, 10), granted(2, 20, "b")]), 0],
  ["I2", "an act in time", checkIntervals([granted(1, 0), did("acted", 1, 100)]), 0],
  ["I2", "an act after the deadline", checkIntervals([granted(1, 0), did("acted", 1, 101)]), 1],
  ["I2", "an act after the release", checkIntervals([granted(1, 0), did("released", 1, 10), did("acted", 1, 11)]), 1],
  ["I2", "an act under a stale token", checkIntervals([granted(1, 0), granted(2, 200, "b"), did("acted", 1, 201)]), 1],
  ["I3", "one holder after the other", leases(call(0, 1, acquire("a", 1)), call(101, 102, acquire("b", 2))), 0],
  ["I3", "two holders", leases(call(0, 1, acquire("a", 1)), call(50, 60, acquire("b", 2))), 1],
  ["I3", "refused while held", leases(call(0, 1, acquire("a", 1)), call(50, 60, acquire("b"))), 0],
  ["I3", "refused while free", leases(call(0, 1, acquire("a", 1)), call(150, 160, acquire("b"))), 1],
  ["I3", "overlapping calls", leases(call(0, 90, acquire("a", 1)), call(0, 180, acquire("b", 2))), 0],
  ["I3", "too early in any order", leases(call(0, 90, acquire("a", 1)), call(0, 80, acquire("b", 2))), 1],
  ["I3", "a renewal in time", leases(call(0, 1, acquire("a", 1)), call(90, 95, renew(1, true))), 0],
  ["I3", "a renewal too late", leases(call(0, 1, acquire("a", 1)), call(102, 103, renew(1, true))), 1],
  ["I3", "a lost renewal", leases(call(0, 1, acquire("a", 1)), call(50, 51, renew(1, false))), 1],
  ["I3", "free by a release", leases(call(0, 1, acquire("a", 1)), call(2, 3, release(1, true)), call(4, 5, look())), 0],
  ["I3", "a release of nothing", leases(call(0, 1, acquire("a", 1)), call(2, 3, release(2, true))), 1],
  ["I3", "a seizure", leases(call(0, 1, acquire("a", 1)), call(50, 51, seize("b", 1, 2))), 0],
  ["I3", "a seizure of nothing", leases(call(0, 1, acquire("a", 1)), call(102, 103, seize("b", 1, 2))), 1],
  ["I3", "a seizure refused while held", leases(call(0, 1, acquire("a", 1)), call(50, 51, seize("b", 1))), 1],
  ["I3", "a seizure under another token", leases(call(0, 1, acquire("a", 1)), call(50, 51, seize("b", 7))), 0],
  [
    "I3",
    "a renewal after a seizure",
    leases(call(0, 1, acquire("a", 1)), call(50, 51, seize("b", 1, 2)), call(52, 53, renew(1, true))),
    1,
  ],
  ["I3", "a look at the holder", leases(call(0, 1, acquire("a", 1)), call(50, 51, look("a"))), 0],
  ["I3", "a look at the wrong time left", leases(call(0, 1, acquire("a", 1)), call(60, 61, look("a"))), 1],
  ["I3", "an acquisition nobody heard of", leases(call(0, undefined, unheard("a")), call(500, 510, acquire("b"))), 0],
  ["I3", "token used again", leases(call(0, 1, acquire("a", 1)), call(150, 151, acquire("b", 1))), 1],
  ["I13", "within the limit", checkRate([seen(0), seen(1), seen(2), seen(1_000)], limit), 0],
  ["I13", "one too many", checkRate([seen(0), seen(1), seen(2), seen(999)], limit), 1],
  ["I15", "a successor", checkNoReturn([table(1, row("up")), table(2, row("dead")), table(3, row("up", "2"))]), 0],
  ["I15", "a return", checkNoReturn([table(1, row("up")), table(2, row("dead")), table(3, row("up"))]), 1],
  ["I15", "one view", checkConverged([{ node: "a", table: table(3) }], table(3, row("up")), [row("up")]), 0],
  ["I15", "an old view", checkConverged([{ node: "a", table: table(2) }], table(3, row("up")), [row("up")]), 1],
  ["I15", "listed and gone", checkConverged([], table(3, row("up")), []), 1],
  ["I15", "running and not listed", checkConverged([], table(3, row("dead")), [row("up")]), 1],
];

describe("checkers of ownership and membership", () => {
  for (const [invariant, what, violations, expected] of cases) {
    it(`${invariant}, ${what}: ${expected === 0 ? "holds" : "is violated"}`, () => {
      assert.deepEqual(
        violations.map((violation) => violation.invariant),
        Array<string>(expected).fill(invariant),
      );
    });
  }
});
