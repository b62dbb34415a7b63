import assert from "node:assert/strict";
import fc from "fast-check";
import { retryLimits, StoreError, type Claim, type ClaimRef, type ClaimRequest } from "../../../../src/store/index.ts";
import { openWithRows } from "../rows.ts";
import { checkKeySpace } from "./key-space.ts";
import { isEnded, mergePriority, mergeQueue, Reference, Refused, type RefAdd, type RefChange } from "./reference.ts";

const queues = ["work", mergeQueue] as const;
const groups = ["g", "h"] as const;
/** Nothing is forgotten: that has tests of its own. */
const retention = { retainMs: 1e12, retainDeadMs: 1e12 };

const id = fc.nat({ max: 6 }).map((at) => `i${at}`);
const queue = fc.constantFrom(queues[0], queues[0], queues[0], queues[1]);
const group = fc.constantFrom(...groups);
const item: fc.Arbitrary<RefAdd> = fc.record({
  id,
  priority: fc.constantFrom(50, 100, 100),
  delayMs: fc.constantFrom(0, 0, 0, 700, 2_500),
  group: fc.option(group, { nil: undefined }),
});
/** One of the claims that were ever handed out, counted from the latest. */
const claimAt = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) });
const change = fc.oneof(
  fc.record({ type: fc.constant("finish"), at: claimAt, outcome: fc.constantFrom("done", "failed") }),
  fc.record({ type: fc.constant("checkpoint"), at: claimAt, data: fc.nat() }),
  fc.record({
    type: fc.constant("release"),
    at: claimAt,
    reason: fc.constantFrom("failed", "failed", "lost", "lost", "returned"),
    delayMs: fc.constantFrom(0, 0, 900),
  }),
  fc.record({ type: fc.constant("add"), queue, item }),
  fc.record({ type: fc.constant("seal"), group, onComplete: group.map((name) => `merge-${name}`) }),
);
const claim = fc.record({
  type: fc.constant("claim"),
  queue,
  owner: fc.constantFrom("a", "b"),
  slots: fc.integer({ min: 1, max: 4 }),
  holding: fc.constantFrom(0, 0, 1),
  maxClaimed: fc.constantFrom(2, 5, 100),
  leaseMs: fc.constantFrom(500, 2_000),
});
/** An item is claimed and given back again and again, until it runs alone or is dead. */
const wear = fc.record({
  type: fc.constant("wear"),
  queue,
  reason: fc.constantFrom("failed", "lost"),
  times: fc.constantFrom(3, 5, 20),
});
const command = fc.oneof(
  { weight: 2, arbitrary: wear },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("add"), queue, items: fc.array(item, { maxLength: 4 }) }) },
  { weight: 5, arbitrary: claim },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("commit"), changes: fc.array(change, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("extend"), ats: fc.array(claimAt, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("cancel"), queue, ids: fc.array(id, { maxLength: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("replay"), queue, ids: fc.array(id, { maxLength: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom("hold", "resume", "hold", "resume", "cancelGroup"), group }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("pass"), ms: fc.constantFrom(1, 499, 500, 2_000) }) },
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** What the runs came across, so that sequences that reach nothing do not pass. */
interface Reached {
  claims: number;
  alone: number;
  dead: number;
  refused: number;
  completed: number;
}

/** The real store and the reference side by side. */
class Pair {
  readonly #open = openWithRows(retention);
  readonly #reference = new Reference();
  readonly #claims: Claim[] = [];
  readonly reached: Reached;

  constructor(reached: Reached) {
    this.reached = reached;
  }

  async run(step: Command): Promise<void> {
    const { space, clock } = this.#open;
    const reference = this.#reference;
    reference.nowMs = clock.wallMs();
    switch (step.type) {
      case "pass":
        return clock.advance(step.ms);
      case "add":
        return this.#both(space.queue.add(step.queue, step.items.map(newItem)), () =>
          step.items.filter((one) => !reference.add(step.queue, one)).map((one) => one.id),
        );
      case "claim":
        return this.#claim(step);
      case "wear": {
        const { queue: of, reason, times } = step;
        for (let at = 0; at < times; at += 1) {
          await this.#claim({ queue: of, owner: "c", slots: 1, holding: 0, maxClaimed: 100, leaseMs: 500 });
          await this.run({ type: "commit", changes: [{ type: "release", at: 0, reason, delayMs: 0 }] });
        }
        return;
      }
      case "commit": {
        const changes = step.changes.flatMap((one) => this.#toChange(one));
        const real = space.commit(
          undefined,
          changes.map((one) => {
            if (one.type === "add") return { ...one, item: newItem(one.item) };
            if (one.type !== "seal") return one;
            return {
              ...one,
              onComplete: {
                queue: mergeQueue,
                item: { id: one.onComplete, body: 0, priority: mergePriority(one.onComplete) },
              },
            };
          }),
        );
        return this.#both(
          real.then(() => undefined),
          () => changes.forEach((one) => reference.change(one)),
        );
      }
      case "extend": {
        const claims = step.ats.flatMap((at) => this.#claimAt(at));
        return this.#both(
          space.queue.extend(claims, 1_500).then(({ lost }) => lost.map(({ token }) => token)),
          () =>
            claims
              .filter((ref) => {
                const held = reference.held(ref);
                if (held?.claim !== undefined) held.claim.deadlineMs = reference.nowMs + 1_500;
                return held === undefined;
              })
              .map(({ token }) => token),
        );
      }
      case "cancel":
        return this.#both(space.queue.cancel(step.queue, step.ids), () =>
          step.ids.filter((one) => {
            const found = reference.find(step.queue, one);
            if (found === undefined || isEnded(found.status)) return false;
            reference.end(found, "cancelled");
            return true;
          }),
        );
      case "replay":
        return this.#both(space.queue.replay(step.queue, step.ids), () =>
          step.ids.filter((one) => {
            const found = reference.find(step.queue, one);
            if (found?.status !== "dead") return false;
            reference.replay(found);
            return true;
          }),
        );
      case "hold":
      case "resume":
      case "cancelGroup": {
        const order = step.type === "cancelGroup" ? "cancel" : step.type;
        return this.#both(space.groups[order](step.group), () => reference.order(step.group, order));
      }
    }
  }

  /** Everything that can be asked is the same, and the rows below are whole. */
  async compare(): Promise<void> {
    const { space, map, clock } = this.#open;
    const { items, groups: wantedGroups } = this.#reference;
    for (const name of queues) {
      const mine = items.filter((one) => one.queue === name);
      const { oldestWaitingMs, ...counts } = await space.queue.counts(name);
      for (const [status, count] of Object.entries(counts)) {
        assert.equal(count, mine.filter((one) => one.status === status).length, `${status} of ${name}`);
      }
      const waiting = mine.filter(({ status }) => status === "waiting").map(({ addedAtMs }) => addedAtMs);
      assert.equal(oldestWaitingMs, waiting.length === 0 ? undefined : clock.wallMs() - Math.min(...waiting));
      const dead = mine.filter(({ status }) => status === "dead");
      const { rows } = await space.queue.deadLetters(name);
      assert.deepEqual(rows.map((one) => one.id).sort(), dead.map((one) => one.id).sort(), "dead letters");
      const diedAt = rows.map(({ diedAtMs }) => diedAtMs);
      assert.deepEqual(
        diedAt,
        [...diedAt].sort((a, b) => a - b),
        "in the order of their deaths",
      );
      this.reached.dead += rows.length;
    }
    for (const wanted of items) {
      const view = await space.queue.get(wanted.queue, wanted.id);
      assert.ok(view, wanted.id);
      const { status, failures, losses, claims, owner } = view;
      assert.deepEqual(
        { status, failures, losses, claims, owner },
        {
          status: wanted.status,
          failures: wanted.failures,
          losses: wanted.losses,
          claims: wanted.claims,
          owner: wanted.claim?.owner,
        },
        `${wanted.queue}/${wanted.id}`,
      );
    }
    for (const [name, { planned, ends, sealed, held, cancelled, closed }] of wantedGroups) {
      const wanted = { planned, ...ends, sealed, held, cancelRequested: cancelled, complete: closed };
      assert.deepEqual(await space.groups.get(name), wanted, `group ${name}`);
      if (closed) this.reached.completed += 1;
    }
    checkKeySpace(map, clock.wallMs());
  }

  async #claim(step: ClaimRequest & { readonly maxClaimed: number }): Promise<void> {
    const { queue: from, owner, slots, holding, maxClaimed, leaseMs } = step;
    const { claims, aloneWaiting, nextInMs } = await this.#open.space.queue.claim(step);
    const wanted = this.#reference.call(() => this.#reference.claim(from, owner, slots, holding, maxClaimed, leaseMs));
    const seen = { claims: claims.map(given), aloneWaiting, nextInMs };
    const expected = { claims: wanted.taken.map(given), aloneWaiting: wanted.aloneWaiting, nextInMs: wanted.nextInMs };
    assert.deepEqual(seen, expected);
    claims.forEach((one, at) => {
      assert.ok(one.token > (this.#claims.at(-1)?.token ?? 0), "tokens grow");
      this.#claims.push(one);
      this.reached.claims += 1;
      if (one.losses >= retryLimits.aloneAfterLosses) this.reached.alone += 1;
      const taken = wanted.taken[at];
      if (taken?.claim !== undefined) taken.claim = { ...taken.claim, token: one.token };
    });
  }

  async #both(real: Promise<unknown>, reference: () => unknown): Promise<void> {
    const outcome = await real.catch((error: unknown) => {
      assert.ok(
        error instanceof StoreError && (error.code === "stale-guard" || error.code === "invalid"),
        String(error),
      );
      return "refused";
    });
    let wanted: unknown;
    try {
      wanted = this.#reference.call(reference);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      wanted = "refused";
      this.reached.refused += 1;
    }
    assert.deepEqual(outcome, wanted);
  }

  #claimAt(at: number): readonly ClaimRef[] {
    return this.#claims.slice(-1 - at, at === 0 ? undefined : -at);
  }

  #toChange(one: typeof change extends fc.Arbitrary<infer Value> ? Value : never): readonly RefChange[] {
    if (one.type === "add" || one.type === "seal") return [one];
    const { at, ...rest } = one;
    return this.#claimAt(at).map((ref) => {
      const { queue: of, id: name, token } = ref;
      return { ...rest, claim: { queue: of, id: name, token } };
    });
  }
}

const newItem = ({ id: name, priority, delayMs, group: of }: RefAdd) => ({
  id: name,
  // One in two is too long to be kept in the item's row.
  body: name < "i4" ? name : name.repeat(300),
  priority,
  delayMs,
  ...(of === undefined ? {} : { group: of }),
});

interface Given {
  readonly id: string;
  readonly failures: number;
  readonly losses: number;
  readonly checkpoint: unknown;
}
const given = ({ id: name, failures, losses, checkpoint }: Given): Given => ({
  id: name,
  failures,
  losses,
  checkpoint,
});

describe("the model of the store against an obvious one", function () {
  this.timeout(120_000);

  it("says the same after every step", async () => {
    const reached: Reached = { claims: 0, alone: 0, dead: 0, refused: 0, completed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 80, size: "max" }), async (steps) => {
        const pair = new Pair(reached);
        for (const step of steps) {
          await pair.run(step);
          await pair.compare();
        }
      }),
      { numRuns: 120 },
    );
    assert.ok(
      Object.values(reached).every((count) => count > 0),
      JSON.stringify(reached),
    );
    assert.ok(reached.claims > 1_000, JSON.stringify(reached));
  });
});
