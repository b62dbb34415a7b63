import assert from "node:assert/strict";
import { KernelError, type Address } from "../../../src/kernel/index.ts";
import { counterProtocol, watcherProps, type CounterMessage } from "../../support/remote-counter.ts";
import { until } from "../../support/until.ts";
import { TwoNodes } from "./two-nodes.ts";

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => answer,
    (error: unknown) => (error instanceof KernelError ? error.code : error),
  );

describe("actors of two node processes", function () {
  this.timeout(150_000);
  const nodes = new TwoNodes();
  const heard: string[] = [];

  before(async () => {
    await nodes.start();
    await nodes.startThere();
  });
  after(() => nodes.end());

  const counter = (): Address<CounterMessage> => nodes.remote.address(counterProtocol, "there", "/counter");
  const exact = (): Address<CounterMessage> =>
    nodes.remote.addressOf(counterProtocol, {
      node: "there",
      nodeIncarnation: nodes.said.incarnation,
      path: "/counter",
      incarnation: nodes.said.actor,
    });
  const read = (of: Address<CounterMessage>): Promise<number> =>
    of.ask<number>((replyTo) => ({ type: "read", replyTo }), 10_000);
  const wait = (signal?: AbortSignal): Promise<unknown> =>
    codeOf(exact().ask<number>((replyTo) => ({ type: "wait", replyTo }), 60_000, signal));
  const heardOf = (name: string): Promise<void> =>
    until(
      () => heard.includes(name),
      () => ({ heard, links: nodes.remote.links() }),
      20_000,
    );

  it("tell and ask each other; a message that nobody may send is counted there", async () => {
    for (let by = 1; by <= 1_000; by += 1) assert.ok(counter().tell({ type: "add", by }));
    assert.equal(await read(counter()), 500_500);
    assert.ok(nodes.remote.address(counterProtocol, "there", "/remote").tell({ type: "add", by: 1 }));
    await nodes.thereIs(({ deadLetters }) => deadLetters["refused"] === 1);
    assert.ok(nodes.said.probe.added.every((by, index) => by === index + 1));
  });

  it("give up asks across nodes", async () => {
    const giveUp = new AbortController();
    const waiting = wait(giveUp.signal);
    await nodes.thereIs(({ probe }) => probe.leftMs.length === 1);
    giveUp.abort();
    assert.equal(await waiting, "ask-cancelled");
    await nodes.thereIs(({ probe }) => probe.cancelled === 1);
  });

  it("show their links and what went over them as metrics", async () => {
    const page = await (await fetch(`http://${nodes.httpAddress}/metrics`)).text();
    assert.match(page, /^garrison_link_up\{peer="there"\} 1$/m);
    assert.match(page, /^garrison_remote_envelopes_total\{direction="out",kind="tell"\} 1001$/m);
    assert.match(page, /^garrison_remote_envelopes_total\{direction="in",kind="reply"\} 1$/m);
  });

  it("hear once of the end of a node that is killed, as soon as the table says so", async () => {
    const watcher = nodes.system.spawn(watcherProps(heard), "watcher");
    watcher.tell({ type: "watch", target: exact(), name: "killed" });
    await until(
      () => nodes.remote.counts().sent.watch === 1,
      () => nodes.remote.counts(),
    );
    const waiting = wait();
    await nodes.thereIs(({ probe }) => probe.leftMs.length === 2);
    await nodes.killThere();
    await heardOf("killed");
    assert.equal(await waiting, "node-gone");
    assert.deepEqual(heard, ["killed"]);
    assert.equal(nodes.remote.counts().openAsks, 0);
  });

  it("reach the node when it is back at its address, and no actor of its earlier life", async () => {
    const before = exact();
    const { actor } = nodes.said;
    await nodes.startThere();
    assert.equal(nodes.said.actor, actor, "so that only the life of the node tells the two counters apart");
    assert.ok(counter().tell({ type: "add", by: 5 }));
    assert.equal(await read(counter()), 5);
    const deadLetters = nodes.system.deadLetters.counts.unreachable;
    assert.equal(before.tell({ type: "add", by: 1 }), false);
    assert.equal(await codeOf(read(before)), "node-gone");
    assert.equal(nodes.system.deadLetters.counts.unreachable, deadLetters + 2);
    assert.equal(await read(exact()), 5);
  });

  it("stop actors that are exported for it, and hear of their end", async () => {
    const watcher = nodes.system.spawn(watcherProps(heard), "watcher-2");
    watcher.tell({ type: "watch", target: exact(), name: "stopped" });
    await nodes.system.stopActor(exact());
    await heardOf("stopped");
    assert.equal(await codeOf(read(exact())), "actor-stopped");
  });

  it("a node that leaves in order is gone at once, with what it had sent before", async () => {
    const watcher = nodes.system.spawn(watcherProps(heard), "watcher-3");
    const remote = nodes.remote.address(counterProtocol, "there", "/scan");
    watcher.tell({ type: "watch", target: remote, name: "not exported" });
    await heardOf("not exported");
    await nodes.drainThere();
    await until(
      () => nodes.remote.peers().length === 0,
      () => nodes.remote.links(),
    );
    assert.equal(counter().tell({ type: "add", by: 1 }), false);
  });
});
