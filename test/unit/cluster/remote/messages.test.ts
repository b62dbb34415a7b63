import assert from "node:assert/strict";
import { KernelError, type KernelErrorCode } from "../../../../src/kernel/index.ts";
import {
  counterProps,
  counterProtocol,
  type CounterMessage,
  type CounterProbe,
} from "../../../support/remote-counter.ts";
import { RemoteWorld, type TestNode } from "./remote-world.ts";

const failsWith = async (ask: Promise<unknown>, code: KernelErrorCode): Promise<KernelError> => {
  const outcome: unknown = await ask.then(
    (answer) => `answered ${String(answer)}`,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof KernelError, String(outcome));
  assert.equal(outcome.code, code, outcome.message);
  return outcome;
};

describe("messages to actors of other nodes", () => {
  let world: RemoteWorld;
  let a: TestNode;
  let b: TestNode;
  let probe: CounterProbe;

  beforeEach(async () => {
    world = new RemoteWorld();
    [a, b] = [world.start("a"), world.start("b")];
    probe = { added: [], cancelled: 0, leftMs: [] };
    b.system.spawn(counterProps(probe), "counter");
    b.remote.export("/counter", counterProtocol);
    await world.settle();
  });

  afterEach(() => world.close());

  const counter = () => a.remote.address(counterProtocol, "b", "/counter");
  const read = (timeoutMs = 1_000, signal?: AbortSignal) =>
    counter().ask<number>((replyTo) => ({ type: "read", replyTo }), timeoutMs, signal);

  it("arrive in order, and an ask after them sees them", async () => {
    for (let by = 1; by <= 100; by += 1) assert.equal(counter().tell({ type: "add", by }), true);
    const answer = read();
    await world.settle();
    assert.equal(await answer, 5_050);
    assert.deepEqual(probe.added, [...Array.from({ length: 100 }, (_, index) => index + 1)]);
    assert.equal(a.remote.counts().openAsks, 0);
    assert.equal(b.remote.counts().servedAsks, 0);
  });

  it("are the same calls on the own node, with the same exports", async () => {
    const here = b.remote.address(counterProtocol, "b", "/counter");
    here.tell({ type: "add", by: 3 });
    const answer = here.ask<number>((replyTo) => ({ type: "read", replyTo }), 1_000);
    const secret = b.remote.address(counterProtocol, "b", "/remote");
    assert.equal(secret.tell({ type: "add", by: 1 }), false);
    await world.settle();
    assert.equal(await answer, 3);
    assert.equal(b.remote.counts().refused["not-exported"], 1);
  });

  it("fail on the own node too when as many asks are open as may be, and leave none open", async () => {
    const small = new RemoteWorld({ maxOpenAsks: 1 });
    const node = small.start("c");
    node.system.spawn(counterProps(probe), "counter");
    node.remote.export("/counter", counterProtocol);
    const here = node.remote.address(counterProtocol, "c", "/counter");
    const ended = failsWith(
      here.ask<number>((replyTo) => ({ type: "read", replyTo }), 1_000),
      "too-many-asks",
    );
    await small.settle();
    await ended;
    assert.equal(node.system.counters().openAsks, 0);
    await small.close();
  });

  it("wait for a link that is down; an asker that gave up meanwhile is heard", async () => {
    world.network.cut("a", "b");
    const waiting = counter().ask<number>((replyTo) => ({ type: "wait", replyTo }), 1_000);
    counter().tell({ type: "add", by: 1 });
    await world.advance(600);
    assert.deepEqual(probe.added, []);
    world.network.heal("a", "b");
    await world.advance(0);
    assert.deepEqual(probe.added, [1]);
    const ended = failsWith(waiting, "ask-timeout");
    await world.advance(410);
    await ended;
    assert.equal(probe.cancelled, 1, "the actor is told when the asker's time is up");
  });

  it("an ask has less time left by what it waited for its link", async () => {
    world.network.cut("a", "c");
    const c = world.start("c");
    c.system.spawn(counterProps(probe), "counter");
    c.remote.export("/counter", counterProtocol);
    const waiting = a.remote
      .address(counterProtocol, "c", "/counter")
      .ask<number>((replyTo) => ({ type: "wait", replyTo }), 1_000);
    const ended = failsWith(waiting, "ask-timeout");
    await world.advance(600);
    world.network.heal("a", "c");
    await world.advance(0);
    assert.deepEqual(probe.leftMs, [400]);
    await world.advance(410);
    await ended;
  });

  it("an ask that expired on the way is not handled", async () => {
    world.network.cut("a", "b");
    const ended = failsWith(read(100), "ask-timeout");
    await world.advance(200);
    await ended;
    world.network.heal("a", "b");
    await world.advance(0);
    assert.equal(b.remote.counts().servedAsks, 0);
  });

  it("an asker that gives up is heard on the other node", async () => {
    const giveUp = new AbortController();
    const waiting = counter().ask<number>((replyTo) => ({ type: "wait", replyTo }), 60_000, giveUp.signal);
    const ended = failsWith(waiting, "ask-cancelled");
    await world.settle();
    assert.equal(b.remote.counts().servedAsks, 1);
    giveUp.abort();
    await world.settle();
    await ended;
    assert.equal(probe.cancelled, 1);
    assert.equal(b.remote.counts().servedAsks, 0);
  });

  it("a failure arrives with its text, and as the actor's own", async () => {
    const failing = counter().ask<number>((replyTo) => ({ type: "fail", text: "no such luck", replyTo }), 1_000);
    const error = failsWith(failing, "handler-failed");
    await world.settle();
    assert.equal((await error).message, "no such luck");
  });

  it("an actor that is not there answers an ask at once, and a tell is a dead letter there", async () => {
    b.remote.export("/nobody", counterProtocol);
    const nobody = a.remote.address(counterProtocol, "b", "/nobody");
    const ended = failsWith(
      nobody.ask<number>((replyTo) => ({ type: "read", replyTo }), 60_000),
      "actor-stopped",
    );
    assert.equal(nobody.tell({ type: "add", by: 1 }), true);
    await world.settle();
    await ended;
    assert.equal(b.system.deadLetters.counts.stopped, 2);
  });

  it("a mailbox that is full, and an actor that crashes, say so to the asker", async () => {
    b.system.spawn({ ...counterProps(probe), mailbox: { capacity: 1 } }, "small");
    b.remote.export("/small", counterProtocol);
    const small = a.remote.address(counterProtocol, "b", "/small");
    await world.settle();
    const asks = [1, 2, 3].map(() => small.ask<number>((replyTo) => ({ type: "wait", replyTo }), 1_000));
    const codes = Promise.all(asks.map((ask) => ask.catch((error: unknown) => (error as KernelError).code)));
    await world.settle();
    small.tell({ type: "crash" });
    await world.advance(1_000);
    assert.deepEqual((await codes).toSorted(), ["handler-failed", "mailbox-full", "mailbox-full"]);
  });

  it("beyond the bound of the outbox are dead letters here, and their senders are told", async () => {
    const small = new RemoteWorld({ bounds: { outboxEnvelopes: 40 } });
    const [from] = [small.start("a"), small.start("b")];
    await small.settle();
    small.network.cut("a", "b");
    const target = from.remote.address(counterProtocol, "b", "/counter");
    const told = Array.from({ length: 100 }, (_, by) => target.tell({ type: "add", by }));
    assert.deepEqual(
      told,
      told.map((_, index) => index < 40),
    );
    await failsWith(
      target.ask<number>((replyTo) => ({ type: "read", replyTo }), 1_000),
      "unreachable",
    );
    assert.equal(from.system.deadLetters.counts.unreachable, 61);
    assert.equal(from.remote.counts().unreachable, 61);
    await small.close();
  });

  describe("are refused with a reason", () => {
    const refused = (message: CounterMessage, path: string) =>
      a.remote.address(counterProtocol, "b", path).tell(message);

    it("to actors that are not exported, whatever their path looks like", async () => {
      b.system.spawn(counterProps(probe), "secret");
      b.remote.export("/counter/*", counterProtocol);
      for (const path of ["/secret", "/", "/counter/", "/counter//", "//counter", "/counter/*"]) {
        refused({ type: "add", by: 1 }, path);
      }
      await world.settle();
      const { refused: counts } = b.remote.counts();
      assert.deepEqual([counts["not-exported"], counts.malformed], [1, 5]);
      assert.equal(b.system.deadLetters.counts.refused, 6);
      assert.deepEqual(probe.added, []);
    });

    it("at once, when the path of who is asked is none", async () => {
      const nowhere = a.remote.address(counterProtocol, "b", "/counter//");
      const ended = failsWith(
        nowhere.ask<number>((replyTo) => ({ type: "read", replyTo }), 60_000),
        "refused",
      );
      await world.settle();
      await ended;
    });

    it("to a path that is none, though its number was that of another actor before", async () => {
      counter().tell({ type: "add", by: 1 });
      // As many actors as have a number at a time: the first one's goes to the next.
      for (let other = 1; other < 16_384; other += 1) refused({ type: "crash" }, `/other-${other}`);
      await world.settle();
      const nowhere = a.remote.address(counterProtocol, "b", "/counter//");
      for (const by of [2, 3]) nowhere.tell({ type: "add", by });
      await world.settle();
      assert.deepEqual(probe.added, [1]);
      assert.equal(b.remote.counts().refused.malformed, 2);
    });

    it("at the sender: what cannot be encoded, is too large, or is asked and was told", () => {
      assert.equal(refused({ type: "add", by: Number.NaN }, "/counter"), false);
      const untold = { type: "read", replyTo: undefined } as unknown as CounterMessage;
      assert.equal(refused(untold, "/counter"), false);
      assert.equal(a.remote.counts().refused.unencodable, 1);
      assert.equal(a.remote.counts().refused["unknown-type"], 1);
      assert.equal(a.system.deadLetters.counts.refused, 2);
    });

    it("when they are larger than an envelope may be", async () => {
      const text = "x".repeat(300_000);
      const ended = failsWith(
        counter().ask<number>((replyTo) => ({ type: "fail", text, replyTo }), 1_000),
        "refused",
      );
      await ended;
      assert.equal(a.remote.counts().refused.oversized, 1);
    });

    it("to a node that is no member", async () => {
      const away = a.remote.address(counterProtocol, "z", "/counter");
      assert.equal(away.tell({ type: "add", by: 1 }), false);
      await failsWith(
        away.ask<number>((replyTo) => ({ type: "read", replyTo }), 1_000),
        "node-gone",
      );
      assert.equal(a.system.deadLetters.counts.unreachable, 2);
    });
  });
});
