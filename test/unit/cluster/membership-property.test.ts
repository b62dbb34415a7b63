import assert from "node:assert/strict";
import fc from "fast-check";
import { seedOf } from "../../support/seed.ts";
import { happenings, MembershipWorld, type Happening } from "./membership-world.ts";

type Event =
  /** A call that is under way reaches the store; it, or its answer, may get lost. */
  | { readonly type: "call"; readonly which: number; readonly lost: "no" | "answer" | "call" }
  /** A process does something, or something is done to it. */
  | {
      readonly type: "process";
      readonly which: number;
      readonly does: "start" | "renew" | "look" | "drain" | "leave" | "kill" | "freeze" | "judge";
    }
  | { readonly type: "thaw all" }
  | { readonly type: "pass"; readonly ms: number }
  /** All that run renew and look, and their calls arrive. */
  | { readonly type: "calm" };

const which = fc.nat({ max: 40 });
const call = (weight: number, ...lost: readonly ("no" | "answer" | "call")[]): fc.WeightedArbitrary<Event> => ({
  weight,
  arbitrary: fc.record({ type: fc.constant("call"), which, lost: fc.constantFrom(...lost) }),
});
const process = (
  weight: number,
  ...does: readonly Extract<Event, { type: "process" }>["does"][]
): fc.WeightedArbitrary<Event> => ({
  weight,
  arbitrary: fc.record({ type: fc.constant("process"), which, does: fc.constantFrom(...does) }),
});

const event = fc.oneof(
  call(40, "no"),
  call(2, "answer", "call"),
  process(24, "renew", "look"),
  process(9, "judge"),
  process(4, "start", "drain", "leave"),
  process(2, "kill", "freeze"),
  { weight: 1, arbitrary: fc.constant<Event>({ type: "thaw all" }) },
  { weight: 12, arbitrary: fc.record<Event & { type: "pass" }>({ type: fc.constant("pass"), ms: fc.nat(1_000) }) },
  { weight: 12, arbitrary: fc.constant<Event>({ type: "calm" }) },
);

const happen = async (world: MembershipWorld, now: Event): Promise<void> => {
  switch (now.type) {
    case "call":
      return world.call(now.which, now.lost);
    case "process":
      return world[now.does](now.which);
    case "thaw all":
      return world.thawAll();
    case "pass":
      return world.pass(now.ms);
    case "calm":
      return world.calm();
  }
};

/** Over all runs of any seed: that the runs reach what they are about. */
const leastOf: Readonly<Record<Happening, number>> = {
  joined: 180,
  regained: 10,
  contested: 0,
  lost: 5,
  declared: 5,
  seized: 2,
  replaced: 2,
  left: 5,
};

describe("membership, whatever the order of calls", () => {
  it("a row ends only when its lease had run out or enough members say so, no incarnation comes back, and in the end all agree", async () => {
    const totals = new Map<Happening, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 40, maxLength: 160, size: "max" }), async (events) => {
        const world = new MembershipWorld();
        for (let first = 0; first < 3; first += 1) world.start(first);
        await world.calm();
        for (const now of events) await happen(world, now);
        await world.heal();
        for (const [what, count] of world.counts) totals.set(what, (totals.get(what) ?? 0) + count);
      }),
      { numRuns: 100, seed: seedOf(20) },
    );
    for (const what of happenings) {
      const count = totals.get(what) ?? 0;
      assert.ok(count >= leastOf[what], `${what}: ${count} times`);
    }
  });
});
