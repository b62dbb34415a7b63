import assert from "node:assert/strict";
import { KernelError, type Address } from "../../../../src/kernel/index.ts";
import {
  counterProps,
  counterProtocol,
  watcherProps,
  type CounterMessage,
  type CounterProbe,
  type WatcherMessage,
} from "../../../support/remote-counter.ts";
import { RemoteWorld, type TestNode } from "./remote-world.ts";

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    (error: unknown) => (error instanceof KernelError ? error.code : error),
  );

describe("the ends of actors of other nodes", () => {
  let world: RemoteWorld;
  let a: TestNode;
  let b: TestNode;
  let heard: string[];
  let watcher: Address<WatcherMessage>;
  let here: Address<CounterMessage>;
  const probe: CounterProbe = { added: [], cancelled: 0, leftMs: [] };

  beforeEach(async () => {
    world = new RemoteWorld();
    [a, b] = [world.start("a"), world.start("b")];
    here = b.system.spawn(counterProps(probe), "counter");
    b.remote.export("/counter", counterProtocol, { stop: true });
    heard = [];
    watcher = a.system.spawn(watcherProps(heard), "watcher");
    await world.settle();
  });

  afterEach(() => world.close());

  const counter = (): Address<CounterMessage> => a.remote.address(counterProtocol, "b", "/counter");
  /** Of exactly the actor that lives now. */
  const exact = (): Address<CounterMessage> => a.remote.addressOf(counterProtocol, b.remote.refOf(here));
  const wait = (of: Address<CounterMessage>): Promise<unknown> =>
    codeOf(of.ask<number>((replyTo) => ({ type: "wait", replyTo }), 60_000));
  const stopHere = async (): Promise<void> => {
    const stopped = b.system.stopActor(here);
    await world.settle();
    await stopped;
  };

  it("an end is told once, to each watcher of the node, and ends the asks that wait", async () => {
    const second: string[] = [];
    const other = a.system.spawn(watcherProps(second), "other");
    watcher.tell({ type: "watch", target: exact(), name: "first" });
    watcher.tell({ type: "watch", target: exact(), name: "again" });
    other.tell({ type: "watch", target: exact(), name: "second" });
    const waiting = wait(exact());
    await world.settle();
    assert.equal(a.remote.counts().watching, 1);
    await stopHere();
    assert.deepEqual([heard, second], [["again"], ["second"]]);
    assert.equal(await waiting, "actor-stopped");
    assert.deepEqual([a.remote.counts().watching, b.remote.counts().watched], [0, 0]);
  });

  it("one that has ended already, was never there, or is not exported, is told at once", async () => {
    const ref = b.remote.refOf(here);
    await stopHere();
    watcher.tell({ type: "watch", target: a.remote.addressOf(counterProtocol, ref), name: "ended" });
    watcher.tell({ type: "watch", target: counter(), name: "absent" });
    watcher.tell({ type: "watch", target: a.remote.address(counterProtocol, "b", "/remote"), name: "secret" });
    watcher.tell({ type: "watch", target: a.remote.address(counterProtocol, "z", "/counter"), name: "no node" });
    await world.settle();
    assert.deepEqual(heard.toSorted(), ["absent", "ended", "no node", "secret"]);
  });

  it("a watch that is withdrawn is not told, and can be made anew", async () => {
    watcher.tell({ type: "watch", target: exact(), name: "no" });
    watcher.tell({ type: "unwatch", target: exact() });
    await world.settle();
    assert.equal(b.remote.counts().watched, 0);
    watcher.tell({ type: "watch", target: exact(), name: "yes" });
    await world.settle();
    await stopHere();
    assert.deepEqual(heard, ["yes"]);
  });

  it("a well-known name has one end for each actor that had it", async () => {
    watcher.tell({ type: "watch", target: counter(), name: "one" });
    await world.settle();
    await stopHere();
    here = b.system.spawn(counterProps(probe), "counter");
    watcher.tell({ type: "watch", target: counter(), name: "two" });
    await world.settle();
    assert.deepEqual(heard, ["one"]);
    await stopHere();
    assert.deepEqual(heard, ["one", "two"]);
  });

  it("a message for an actor that had the path before is a dead letter, and reaches no other", async () => {
    const before = exact();
    await stopHere();
    b.system.spawn(counterProps(probe), "counter");
    before.tell({ type: "add", by: 7 });
    const asked = wait(before);
    await world.settle();
    assert.equal(await asked, "actor-stopped");
    assert.deepEqual(probe.added, []);
    assert.equal(b.remote.counts().refused["wrong-incarnation"], 2);
    assert.equal(b.system.deadLetters.counts.refused, 2);
  });

  it("the actor that waits for ends may restart", async () => {
    watcher.tell({ type: "watch", target: exact(), name: "end" });
    await world.settle();
    assert.ok(b.system.restart("/remote"));
    await world.settle();
    await stopHere();
    assert.deepEqual(heard, ["end"]);
  });

  it("the end of a node is the end of its actors, once, and of what waits for them", async () => {
    watcher.tell({ type: "watch", target: exact(), name: "exact" });
    watcher.tell({ type: "watch", target: counter(), name: "named" });
    const waiting = wait(exact());
    const stopping = codeOf(a.system.stopActor(exact()));
    await world.settle();
    assert.equal(await stopping, "done");
    assert.deepEqual(heard.toSorted(), ["exact", "named"]);
    assert.equal(await waiting, "actor-stopped");

    here = b.system.spawn(counterProps(probe), "counter");
    watcher.tell({ type: "watch", target: exact(), name: "node" });
    const asks = [wait(counter()), wait(exact())];
    // Until what was sent so far is acknowledged.
    await world.advance(100);
    world.crash("b");
    const late = wait(counter());
    assert.equal(counter().tell({ type: "add", by: 1 }), true);
    await world.advance(100);
    assert.deepEqual(heard.length, 2, "the table does not say yet that the node is dead");
    world.declare("b", "dead");
    await world.settle();
    assert.deepEqual(heard.slice(2), ["node"]);
    assert.deepEqual(await Promise.all([...asks, late]), ["node-gone", "node-gone", "node-gone"]);
    assert.equal(counter().tell({ type: "add", by: 1 }), false);
    const { unreachable, undelivered, openAsks } = a.remote.counts();
    assert.deepEqual([unreachable, undelivered, openAsks], [1, 2, 0]);
    assert.equal(a.system.deadLetters.counts.unreachable, 3);
  });

  it("a later life of a node is reached by name, and not by what named actors of the earlier one", async () => {
    const [named, before] = [counter(), exact()];
    watcher.tell({ type: "watch", target: before, name: "end" });
    await world.settle();
    world.crash("b");
    world.reconnect("b");
    b = world.start("b");
    const later: CounterProbe = { added: [], cancelled: 0, leftMs: [] };
    here = b.system.spawn(counterProps(later), "counter");
    b.remote.export("/counter", counterProtocol);
    await world.advance(100);
    assert.deepEqual(heard, ["end"], "the new life ends the old one");
    assert.equal(before.incarnation, here.incarnation, "so that only the life of the node tells them apart");
    assert.equal(before.tell({ type: "add", by: 1 }), false);
    assert.equal(await wait(before), "node-gone");
    assert.equal(named.tell({ type: "add", by: 2 }), true);
    await world.settle();
    assert.deepEqual(later.added, [2]);
  });

  it("the end of this node is no end of the actors of others: nobody is told it, before and after the links close", async () => {
    watcher.tell({ type: "watch", target: exact(), name: "exact" });
    const waiting = [wait(exact()), wait(counter())];
    await world.advance(100);
    world.network.cut("a", "b");
    const stopping = codeOf(a.system.stopActor(exact()));
    const closed = a.remote.close(0);
    await world.settle();
    await closed;
    watcher.tell({ type: "watch", target: counter(), name: "late" });
    const late = [wait(counter()), codeOf(a.system.stopActor(exact()))];
    await world.settle();
    assert.deepEqual(await Promise.all([...waiting, stopping, ...late]), Array(5).fill("unreachable"));
    assert.deepEqual(heard, []);
    assert.deepEqual([a.remote.counts().watching, a.remote.counts().openAsks], [0, 0]);
    assert.ok(b.system.find("/counter") !== undefined);
  });

  describe("asked for from another node", () => {
    it("stops the actor and waits for it", async () => {
      const stopping = codeOf(a.system.stopActor(counter()));
      await world.settle();
      assert.equal(await stopping, "done");
      assert.equal(b.system.find("/counter"), undefined);
    });

    it("is refused unless the actor is exported for it", async () => {
      b.system.spawn(counterProps(probe), "other");
      b.remote.export("/other", counterProtocol);
      const stopping = codeOf(a.system.stopActor(a.remote.address(counterProtocol, "b", "/other")));
      await world.settle();
      assert.equal(await stopping, "refused");
      assert.equal(b.remote.counts().refused["not-stoppable"], 1);
      assert.ok(b.system.find("/other") !== undefined);
    });

    it("is done when the node ends", async () => {
      world.network.cut("a", "b");
      const stopping = codeOf(a.system.stopActor(counter()));
      await world.settle();
      world.declare("b", "dead", ["a"]);
      await world.settle();
      assert.equal(await stopping, "done");
    });
  });
});
