import assert from "node:assert/strict";
import { planFaults } from "../../chaos/cluster/fault-plan.ts";
import { judgeFreezes, type FreezesSeen } from "../../chaos/cluster/freeze-checks.ts";
import { judgeOwnership } from "../../chaos/cluster/ownership-checks.ts";
import type { OwnerEvent, OwnerVerb } from "../../chaos/cluster/owner-log.ts";
import type { OwnerProcess } from "../../chaos/cluster/owner-process.ts";

type Line = (verb: OwnerVerb, facts?: Partial<OwnerEvent>) => OwnerEvent;

/** What one owner writes down, one millisecond after the other. */
const logOf = (writer: string, token: number, deadlineMs: number, fromMs: number): Line => {
  let atMs = fromMs;
  return (verb: OwnerVerb, facts: Partial<OwnerEvent> = {}): OwnerEvent => ({
    ...{ writer, verb, owned: "tally/0", record: "none", token, count: 0, revision: 0, deadlineMs, atMs: (atMs += 1) },
    ...facts,
  });
};

const found = (events: readonly OwnerEvent[]): readonly string[] =>
  judgeOwnership(events).violations.map(({ invariant }) => invariant);

describe("the verdict on what owners have written down", () => {
  const a = (): Line => logOf("a.1", 10, 2_000, 0);
  const b = (): Line => logOf("b.1", 20, 6_000, 3_000);

  it("is clean when one owner follows the other", () => {
    const [first, second] = [a(), b()];
    const events = [
      first("granted"),
      first("sent", { record: "counted", count: 1 }),
      first("accepted", { record: "counted", count: 1, revision: 11 }),
      first("effect"),
      // Killed before it heard: it may have been made.
      first("sent", { record: "counted", count: 2 }),
      second("granted"),
      second("found", { record: "counted", count: 2, revision: 12 }),
      second("sent", { record: "counted", count: 3 }),
      second("accepted", { record: "counted", count: 3, revision: 21 }),
    ];
    const { violations, writes, takeovers } = judgeOwnership(events);
    assert.deepEqual(violations, []);
    assert.deepEqual(
      { sent: writes.sent, accepted: writes.accepted, open: writes.open },
      { sent: 3, accepted: 2, open: 1 },
    );
    assert.equal(takeovers, 1);
  });

  it("finds a write with a token that is no longer the latest, in the order of the store", () => {
    const [first, second] = [a(), b()];
    const events = [
      first("granted"),
      second("granted"),
      second("accepted", { record: "fenced", revision: 21 }),
      first("accepted", { record: "fenced", revision: 22 }),
    ];
    assert.deepEqual(found(events), ["I1"]);
    assert.equal(judgeOwnership(events).staleAccepted, 1);
  });

  it("finds a token that two incarnations use", () => {
    const [first, second] = [a(), logOf("b.1", 10, 6_000, 3_000)];
    assert.ok(found([first("granted"), second("granted")]).includes("I1"));
  });

  it("finds a grant before the earlier owner's deadline", () => {
    const [first, second] = [a(), logOf("b.1", 20, 6_000, 1_500)];
    assert.deepEqual(found([first("granted"), second("granted")]), ["I2"]);
    assert.deepEqual(found([a()("granted"), b()("granted")]), []);
    assert.deepEqual(found([a()("granted"), a()("sent", { deadlineMs: 4_000 }), b()("granted")]), ["I2"]);
    const stopped = [first("granted"), first("stopped"), first("sent", { deadlineMs: 3_000 })];
    assert.deepEqual(found([...stopped, second("granted")]), []);
  });

  it("finds what was done outside after the deadline", () => {
    const first = a();
    const events = [first("granted"), first("effect", { atMs: 2_001 })];
    assert.deepEqual(found(events), ["I2"]);
    assert.equal(judgeOwnership(events).lateEffects, 1);
  });

  it("lets the next owner of one that was declared dead begin before its deadline, and finds what it does after that", () => {
    const taken = (): readonly OwnerEvent[] => {
      const [first, second] = [a(), logOf("b.1", 20, 6_000, 1_000)];
      return [first("granted"), second("granted"), first("effect", { atMs: 1_500 })];
    };
    const foundOf = (events: readonly OwnerEvent[], sinceMs: number): readonly string[] =>
      judgeOwnership(events, new Map([["a.1", sinceMs]])).violations.map(({ invariant }) => invariant);
    assert.deepEqual(found(taken()), ["I2", "I2"]);
    assert.deepEqual(foundOf(taken(), 900), []);
    assert.ok(foundOf(taken(), 1_200).includes("I2"), "it was taken before that");
    assert.deepEqual(foundOf([...taken(), a()("effect", { atMs: 2_001 })], 900), ["I2"]);
  });

  it("finds a count that was accepted twice, one that went back, and one that nobody sent", () => {
    const write = (log: Line, count: number, revision: number): readonly OwnerEvent[] => [
      log("sent", { record: "counted", count }),
      log("accepted", { record: "counted", count, revision }),
    ];
    const [twice, back, gap] = [a(), a(), a()];
    assert.ok(found([twice("granted"), ...write(twice, 1, 11), ...write(twice, 1, 12)]).includes("I5"));
    const lost = back("found", { record: "counted", count: 1, revision: 13 });
    assert.ok(found([back("granted"), ...write(back, 1, 11), ...write(back, 2, 12), lost]).includes("I5"));
    assert.deepEqual(found([gap("granted"), ...write(gap, 1, 11), ...write(gap, 3, 12)]), ["I5"]);
  });
});

describe("the verdict on frozen nodes", () => {
  type Life = Pick<OwnerProcess, "writer" | "incarnation" | "exit">;
  const lifeWith = (code: number | null): Life => ({
    ...{ writer: "node-1.1", incarnation: "old" },
    exit: { code, signal: null, atMs: 0 },
  });
  const next: Life = { writer: "node-1.2", incarnation: "new", exit: undefined };
  const judge = (life: Life, later: readonly Life[], toMs: number, outageMs?: number): FreezesSeen => {
    const outages = outageMs === undefined ? [] : [{ fromMs: outageMs, toMs: outageMs + 100 }];
    const freezes = [{ life, node: 0, fromMs: 0, toMs }];
    return judgeFreezes([{ lives: [life, ...later] }], { freezes, outages }, 1_000);
  };

  it("asks for code 75 and another incarnation after a long freeze", () => {
    assert.deepEqual(judge(lifeWith(75), [next], 3_000), { long: 1, wrong: [], lost: 1 });
    assert.deepEqual(judge(lifeWith(0), [next], 3_000).wrong, ["node-1.1 ended with 0"]);
    assert.deepEqual(judge(lifeWith(75), [], 3_000).wrong, ["node-1.1 did not come back"]);
  });

  it("asks for nothing after a short one, or when the store was away", () => {
    assert.equal(judge(lifeWith(null), [], 2_900).long, 0);
    assert.equal(judge(lifeWith(null), [], 3_000, 1_000).long, 0);
  });
});

describe("the plan of faults", () => {
  const options = { seconds: 600, nodes: 5, leaseMs: 3_000, server: true };

  it("has every kind at least 20 times in ten minutes, with freezes from short to long, and is the same for a seed", () => {
    const plan = planFaults({ ...options, seed: 7 });
    const kinds = ["kill", "freeze", "store-kill", "store-freeze"] as const;
    for (const kind of kinds) assert.ok(plan.filter((fault) => fault.kind === kind).length >= 20, kind);
    const lengths = plan.flatMap((fault) => (fault.kind === "freeze" ? [fault.lengthMs] : []));
    assert.ok(Math.min(...lengths) >= 600 && Math.min(...lengths) < 1_500, String(lengths));
    assert.ok(Math.max(...lengths) <= 12_000 && lengths.filter((ms) => ms >= 9_000).length >= 4, String(lengths));
    assert.deepEqual(planFaults({ ...options, seed: 7 }), plan);
    assert.notDeepEqual(planFaults({ ...options, seed: 8 }), plan);
  });
});
