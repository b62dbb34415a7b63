import assert from "node:assert/strict";
import {
  ClusterError,
  joinCluster,
  listMembers,
  type AgreedSettings,
  type ClusterErrorCode,
  type Membership,
  type NodeIdentity,
} from "../../../src/cluster/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import type { Space } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const identity = (id: string, incarnation = "first"): NodeIdentity => ({
  id,
  incarnation,
  address: "127.0.0.1:7443",
  httpAddress: "127.0.0.1:7480",
  roles: ["scheduler", "probe"],
  pid: 1,
  version: "0.0.0",
});

/** A cluster on a store in memory, with time that the test moves. */
class Table {
  readonly clock = new ManualClock();
  readonly space: Space = openMemoryStore(createMemoryDatabase({ clock: this.clock })).space("cluster");

  join(node: NodeIdentity, settings: AgreedSettings = {}): Promise<Membership> {
    return this.settled(joinCluster({ space: this.space, clock: this.clock, identity: node, settings }));
  }

  /** Moves time on while `work` waits for it. */
  async settled<Result>(work: Promise<Result>): Promise<Result> {
    let open = true;
    const done = (): void => void (open = false);
    work.then(done, done);
    for (;;) {
      for (let turns = 0; turns < 50 && open; turns += 1) await Promise.resolve();
      if (!open) return work;
      this.clock.advance(this.clock.nextInMs ?? 0);
    }
  }

  async states(): Promise<readonly string[]> {
    return (await listMembers(this.space)).map(({ id, incarnation, state }) => `${id} ${incarnation} ${state}`);
  }
}

const refused = (call: Promise<unknown>, code: ClusterErrorCode, message: RegExp): Promise<void> =>
  assert.rejects(call, (error) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });

describe("membership", () => {
  it("lists those that joined, with what they said of themselves", async () => {
    const table = new Table();
    await table.join(identity("b"));
    await table.join(identity("a"));
    const [a, b] = await listMembers(table.space);
    assert.deepEqual(a, { ...identity("a"), state: "up", startedAtMs: table.clock.wallMs() });
    assert.equal(b?.id, "b");
  });

  it("a node without heartbeats is silent after three seconds, one with them is not", async () => {
    const table = new Table();
    await table.join(identity("dead"));
    const alive = await table.join(identity("alive"));
    for (let second = 0; second < 3; second += 1) {
      table.clock.advance(1_000);
      assert.equal(await alive.renew(), "held");
    }
    assert.deepEqual(await table.states(), ["alive first up", "dead first silent"]);
  });

  it("says that it drains with the next renewal, and that it has left; its id is free at once", async () => {
    const table = new Table();
    const membership = await table.join(identity("a"));
    membership.drain();
    await membership.renew();
    assert.deepEqual(await table.states(), ["a first draining"]);
    await membership.leave();
    assert.deepEqual(await table.states(), ["a first left"]);
    const atMs = table.clock.monotonicMs();
    await table.join(identity("a", "second"));
    assert.equal(table.clock.monotonicMs(), atMs, "it waited");
    assert.deepEqual(await table.states(), ["a second up"]);
  });

  it("refuses an id that is in use, and names who has it", async () => {
    const table = new Table();
    const first = await table.join(identity("a"));
    const second = table.settled(
      (async () => {
        const joining = joinCluster({
          space: table.space,
          clock: table.clock,
          identity: identity("a", "second"),
          settings: {},
        });
        let over = false;
        joining.catch(() => undefined).finally(() => (over = true));
        while (!over) {
          await first.renew();
          await new Promise<void>((resolve) => table.clock.after(500, resolve));
        }
        return joining;
      })(),
    );
    await refused(second, "id-in-use", /"a" is in use by process 1 at 127\.0\.0\.1:7443/);
    assert.equal(await first.renew(), "held");
    assert.deepEqual(await table.states(), ["a first up"]);
  });

  it("waits for the lease of one that was killed, and takes its place", async () => {
    const table = new Table();
    const frozen = await table.join(identity("a"));
    const atMs = table.clock.monotonicMs();
    const successor = await table.join(identity("a", "second"));
    const waitedMs = table.clock.monotonicMs() - atMs;
    assert.ok(waitedMs >= 3_000 && waitedMs < 4_000, `${waitedMs}`);
    assert.equal(await frozen.renew(), "lost");
    assert.deepEqual(await table.states(), ["a second up"], "the lost one wrote something");
    await frozen.leave();
    assert.deepEqual(await table.states(), ["a second up"]);
    assert.equal(await successor.renew(), "held");
  });

  it("goes on after its lease ran out if nobody had its id meanwhile, else it is lost, also when that one has left", async () => {
    const table = new Table();
    const membership = await table.join(identity("a"));
    table.clock.advance(60_000);
    assert.deepEqual(await table.states(), ["a first silent"]);
    assert.equal(await membership.renew(), "regained");
    assert.deepEqual(await table.states(), ["a first up"]);
    assert.equal(await membership.renew(), "held");
    const successor = await table.join(identity("a", "second"));
    await successor.leave();
    assert.equal(await membership.renew(), "lost");
    assert.deepEqual(await table.states(), ["a second left"]);
    await table.join(identity("a", "third"));
    assert.deepEqual(await table.states(), ["a third up"], "the lost one still holds the id");
  });

  it("refuses other settings than those of the nodes that are up, and names them", async () => {
    const table = new Table();
    const first = await table.join(identity("a"), { "scan.maxTasksInProcess": 20, "scan.rateLimitPerTarget": null });
    const other = { "scan.maxTasksInProcess": 20, "scan.rateLimitPerTarget": 50 };
    await refused(
      table.join(identity("b"), other),
      "settings-differ",
      /rateLimitPerTarget is 50 here and not set there/,
    );
    assert.deepEqual(await table.states(), ["a first up"]);
    await first.leave();
    await table.join(identity("b"), other);
    assert.deepEqual(await table.states(), ["a first left", "b first up"]);
  });

  it("a node that was silent while others joined with other settings is out; with the same settings it is not", async () => {
    const table = new Table();
    const silent = await table.join(identity("a"), { limit: 1 });
    const agreeing = await table.join(identity("b"), { limit: 2 }).catch(() => undefined);
    assert.equal(agreeing, undefined);
    table.clock.advance(60_000);
    const other = await table.join(identity("b"), { limit: 2 });
    assert.equal(await silent.renew(), "excluded");
    assert.deepEqual(await table.states(), ["a first silent", "b first up"]);
    await silent.leave();
    assert.equal(await other.renew(), "held");
    table.clock.advance(60_000);
    await table.join(identity("c"), { limit: 2 });
    assert.equal(await other.renew(), "regained");
  });

  it("lets only one of two nodes with different settings in when they join at once", async () => {
    const table = new Table();
    const joining = [{ limit: 1 }, { limit: 2 }].map((settings, index) =>
      joinCluster({ space: table.space, clock: table.clock, identity: identity(`n${index}`), settings }),
    );
    const outcomes = await Promise.allSettled(joining);
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    assert.equal((await table.states()).length, 1);
  });

  it("many nodes join at once", async () => {
    const table = new Table();
    const ids = Array.from({ length: 32 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    await Promise.all(ids.map((id) => table.join(identity(id), { limit: 1 })));
    assert.deepEqual(
      await table.states(),
      ids.map((id) => `${id} first up`),
    );
  });

  it("forgets a node a day after it was last heard of", async () => {
    const table = new Table();
    await table.join(identity("a"));
    table.clock.advance(24 * 3_600_000 - 1);
    assert.deepEqual(await table.states(), ["a first silent"]);
    table.clock.advance(1);
    assert.deepEqual(await table.states(), []);
  });
});
