import assert from "node:assert/strict";
import { KernelError, type KernelErrorCode } from "../../../../src/kernel/index.ts";
import { shardKind, shardOf, type MemberView } from "../../../../src/cluster/index.ts";
import { ownerOf } from "../../../../src/cluster/ownership/index.ts";
import { notesKind, type NoteMessage } from "../../../support/notes-kind.ts";
import { ShardWorld, type NotesNode } from "./shard-world.ts";

const failsWith = async (ask: Promise<unknown>, code: KernelErrorCode): Promise<void> => {
  const outcome: unknown = await ask.then(
    (answer) => `answered ${String(answer)}`,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof KernelError, String(outcome));
  assert.equal(outcome.code, code, outcome.message);
};

const members = (ids: readonly string[]): readonly MemberView[] =>
  ids.map((id) => ({
    ...{ id, incarnation: "1", address: "", httpAddress: "", roles: [], pid: 1, version: "0" },
    ...{ state: "up", startedAtMs: 0 },
  }));

/** A key of a shard that this one of the nodes owns. */
const keyOf = (owner: string, ids: readonly string[]): string => {
  const view = { version: 1, members: members(ids) };
  const kind = { name: notesKind.name, role: undefined };
  const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
  const key = keys.find((each) => ownerOf(view, kind, shardOf(each, notesKind.shards))?.id === owner);
  if (key === undefined) throw new Error(`${owner} owns nothing`);
  return key;
};

describe("the shard of a key", () => {
  it("never changes, since data hangs on it", () => {
    assert.deepEqual(
      ["", "a", "host-1.example", "日本"].map((key) => shardOf(key, 256)),
      [11, 179, 137, 77],
    );
    assert.equal(shardOf("anything", 1), 0);
  });

  it("is spread evenly", () => {
    const counts = new Array<number>(64).fill(0);
    for (let index = 0; index < 64_000; index += 1) {
      const shard = shardOf(`user-${index}`, 64);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    assert.ok(Math.min(...counts) > 850 && Math.max(...counts) < 1_150, counts.join(" "));
  });
});

describe("messages to shards", () => {
  const ids = ["a", "b", "c"];
  let cluster: ShardWorld;
  let nodes: readonly NotesNode[];

  beforeEach(async () => {
    cluster = new ShardWorld();
    nodes = await cluster.startAll(ids);
  });

  afterEach(() => cluster.close());

  const node = (id: string): NotesNode => {
    const found = nodes.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no node ${id}`);
    return found;
  };
  const tell = (from: string, key: string, number: number): boolean =>
    node(from).context().shard(notesKind, key).tell({ type: "note", from, key, number });
  const ask = (from: string, key: string, number: number, timeoutMs = 3_000): Promise<string> =>
    node(from)
      .context()
      .shard(notesKind, key)
      .ask<string>((replyTo) => ({ type: "question", from, key, number, replyTo }), timeoutMs);
  const numbersOf = (from: string, key: string): readonly number[] =>
    cluster.handled.filter((each) => each.from === from && each.key === key).map(({ number }) => number);
  const total = (count: (node: NotesNode) => number): number => nodes.reduce((sum, each) => sum + count(each), 0);

  it("reach the owner from every node, in order, and are answered", async () => {
    const key = keyOf("b", ids);
    for (const from of ids) for (let number = 1; number <= 20; number += 1) assert.equal(tell(from, key, number), true);
    const answers = Promise.all(ids.map((from) => ask(from, key, 21)));
    await cluster.world.settle();
    assert.deepEqual(await answers, ["b", "b", "b"]);
    const expected = Array.from({ length: 21 }, (_, index) => index + 1);
    for (const from of ids) assert.deepEqual(numbersOf(from, key), expected);
    assert.equal(
      total(({ shards }) => shards.counts().waiting),
      0,
    );
  });

  it("follow a shard that moves, those that are on their way too, in order and without a loss", async () => {
    const key = keyOf("b", ids);
    tell("a", key, 1);
    await cluster.world.settle();
    // b knows that it gives the shard up before a does.
    cluster.declare("b", "draining", ["b"]);
    for (let number = 2; number <= 10; number += 1) tell("a", key, number);
    const late = ask("a", key, 11);
    await cluster.world.settle();
    assert.deepEqual(numbersOf("a", key), [1], "it waits until a knows the new owner");
    for (let number = 12; number <= 20; number += 1) tell("a", key, number);
    cluster.world.tell();
    await cluster.world.advance(1_000);
    assert.notEqual(await late, "b");
    assert.deepEqual(
      numbersOf("a", key),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    assert.equal(node("b").shards.counts().returned, 10);
    assert.equal(node("a").shards.counts().barriers, 1);
    assert.equal(
      total(({ system }) => system.deadLetters.total),
      0,
    );
  });

  it("wait at a new owner that has not got the table yet, and for its fence", async () => {
    const key = keyOf("b", ids);
    tell("a", key, 1);
    await cluster.world.settle();
    cluster.declare("b", "draining", ["a"]);
    tell("a", key, 2);
    await cluster.world.settle();
    assert.deepEqual(numbersOf("a", key), [1]);
    cluster.world.tell(["c"]);
    await cluster.world.advance(100);
    assert.deepEqual(numbersOf("a", key), [1], "b has not released the fence");
    cluster.world.tell();
    await cluster.world.advance(2_000);
    assert.deepEqual(numbersOf("a", key), [1, 2]);
  });

  it("wait while the owner is dead and nobody has said so, and go to its successor", async () => {
    const key = keyOf("b", ids);
    tell("a", key, 1);
    await cluster.world.settle();
    cluster.crash("b");
    await cluster.world.settle();
    const asked = ask("a", key, 2);
    for (let number = 3; number <= 10; number += 1) assert.equal(tell("a", key, number), true);
    await cluster.world.advance(2_000);
    assert.deepEqual(numbersOf("a", key), [1]);
    cluster.declare("b", "dead");
    await cluster.world.advance(2_000);
    assert.notEqual(await asked, "b");
    assert.deepEqual(numbersOf("a", key), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("come back and are dead letters when they get out of a cut after the shard has moved away and back", async () => {
    const key = keyOf("b", ids);
    tell("a", key, 1);
    await cluster.world.settle();
    cluster.world.network.cut("a", "b");
    tell("a", key, 2);
    cluster.declare("b", "draining");
    tell("a", key, 3);
    await cluster.world.advance(4_000);
    // It goes to the new owner once the barrier has been given up.
    tell("a", key, 4);
    await cluster.world.advance(2_000);
    assert.deepEqual(numbersOf("a", key), [1, 3, 4]);
    assert.equal(node("a").shards.counts().barriersGivenUp, 1);
    cluster.declare("b", "up");
    await cluster.world.advance(1_000);
    cluster.world.network.heal("a", "b");
    tell("a", key, 5);
    await cluster.world.advance(4_000);
    assert.deepEqual(numbersOf("a", key), [1, 3, 4, 5]);
    assert.equal(node("b").shards.counts().returned, 1);
    const { dropped } = node("a").shards.counts();
    assert.deepEqual([dropped.late, dropped.expired], [1, 0]);
    assert.equal(node("a").system.deadLetters.counts.unreachable, 1);
  });

  it("are dead letters when they come back after later ones were sent by a newer table to the same node", async () => {
    const key = keyOf("b", ids);
    tell("a", key, 1);
    await cluster.world.settle();
    cluster.world.network.cut("b", "a");
    cluster.declare("b", "draining", ["b"]);
    tell("a", key, 2);
    const asked = failsWith(ask("a", key, 3), "unreachable");
    await cluster.world.settle();
    assert.equal(node("b").shards.counts().returned, 2);
    // a never sees that b was to leave.
    cluster.declare("b", "up", ["a", "b"]);
    tell("a", key, 4);
    await cluster.world.advance(300);
    assert.deepEqual(numbersOf("a", key), [1, 4]);
    cluster.world.network.heal("b", "a");
    await cluster.world.advance(2_500);
    await asked;
    assert.deepEqual(numbersOf("a", key), [1, 4]);
    assert.equal(node("a").shards.counts().dropped.late, 2);
  });

  it("are dead letters when they have waited for five seconds; their asks fail", async () => {
    const key = keyOf("b", ids);
    tell("a", key, 1);
    await cluster.world.settle();
    cluster.crash("b");
    await cluster.world.settle();
    tell("a", key, 2);
    const asked = failsWith(ask("a", key, 3, 60_000), "unreachable");
    await cluster.world.advance(5_100);
    await asked;
    const { counts } = node("a").system.deadLetters;
    assert.equal(counts.unreachable, 2);
    assert.equal(node("a").shards.counts().dropped.expired, 2);
    assert.equal(node("a").shards.counts().waiting, 0);
  });

  it("wait up to a thousand for a shard; those above are refused at once", async () => {
    const key = keyOf("b", ids);
    cluster.crash("b");
    await cluster.world.settle();
    for (let number = 1; number <= 1_000; number += 1) assert.equal(tell("a", key, number), true);
    assert.equal(tell("a", key, 1_001), false);
    await failsWith(ask("a", key, 1_002), "unreachable");
    assert.equal(node("a").shards.counts().dropped.full, 2);
    cluster.declare("b", "dead");
    await cluster.world.advance(1_000);
    assert.deepEqual(
      numbersOf("a", key),
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    );
  });

  it("end with the patience of their asker while they wait", async () => {
    const key = keyOf("b", ids);
    cluster.crash("b");
    await cluster.world.settle();
    const asked = failsWith(ask("a", key, 1, 200), "ask-timeout");
    await cluster.world.advance(300);
    await asked;
    cluster.declare("b", "dead");
    await cluster.world.advance(1_000);
    assert.deepEqual(cluster.handled, []);
    assert.equal(node("a").system.deadLetters.total, 0);
  });

  it("a shard is watched wherever it lives: its end is the end of the actor that runs for it", async () => {
    const key = keyOf("b", ids);
    const heard: string[] = [];
    for (const id of ["a", "b"]) {
      const target = node(id).context().shard(notesKind, key);
      node(id).system.spawn(
        {
          behavior: {
            initial: (context) => context.watch(target, "gone"),
            receive: (_, message: string) => {
              heard.push(`${id}: ${message}`);
              return undefined;
            },
          },
        },
        "watcher",
      );
    }
    await cluster.world.settle();
    assert.deepEqual(heard, []);
    cluster.declare("b", "draining");
    await cluster.world.advance(1_000);
    assert.deepEqual(heard.toSorted(), ["a: gone", "b: gone"]);
  });

  it("cannot stop a shard, nor hand its address on as one of a node", async () => {
    const address = node("a").context().shard(notesKind, "any");
    await failsWith(node("a").system.stopActor(address), "refused");
    assert.throws(() => node("a").remote.refOf(address), TypeError);
  });

  it("need a kind that the node knows, with its own protocol", () => {
    const { context } = node("a");
    const other = shardKind<NoteMessage>({ ...notesKind, name: "other" });
    const forged = { ...notesKind, protocol: { ...notesKind.protocol } };
    for (const kind of [other, forged]) {
      assert.throws(
        () => context().shard(kind, "key"),
        (error) => error instanceof KernelError && error.code === "no-shards",
      );
    }
  });
});
