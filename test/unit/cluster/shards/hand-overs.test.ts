import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../../src/base/random.ts";
import { KernelError, type SystemCounters } from "../../../../src/kernel/index.ts";
import { notesKind } from "../../../support/notes-kind.ts";
import { ShardWorld, type Handled, type NotesNode } from "./shard-world.ts";

const ids = ["a", "b", "c", "d"] as const;
const keys = ["k0", "k1", "k2", "k3", "k4", "k5"] as const;

/** What happens to the cluster, one after the other. */
type Action =
  | { readonly type: "tell" | "ask"; readonly from: number; readonly key: number; readonly times: number }
  /** The node is up and not going to leave, or the other way round; these nodes hear of it now, the others with a later table. */
  | { readonly type: "toggle"; readonly node: number; readonly heard: number }
  | { readonly type: "hear"; readonly heard: number }
  | { readonly type: "cut" | "heal"; readonly from: number; readonly to: number }
  | { readonly type: "crash"; readonly node: number }
  | { readonly type: "advance"; readonly ms: number };

const node = fc.nat({ max: ids.length - 1 });
/** A set of nodes, as bits. */
const heard = fc.nat({ max: 2 ** ids.length - 1 });
const key = fc.nat({ max: keys.length - 1 });
const send = fc.constantFrom("tell" as const, "ask" as const);

const action = (crashes: boolean): fc.Arbitrary<Action> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ type: send, from: node, key, times: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("toggle" as const), node, heard }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("hear" as const), heard }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constantFrom("cut" as const, "heal" as const), from: node, to: node }),
    },
    ...(crashes ? [{ weight: 1, arbitrary: fc.record({ type: fc.constant("crash" as const), node }) }] : []),
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 900 }) }),
    },
  );

interface Played {
  readonly handled: readonly Handled[];
  readonly told: number;
  readonly asked: number;
  readonly outcomes: readonly string[];
  /** Of all nodes, those that crashed too. */
  readonly nodes: readonly { readonly node: NotesNode; readonly counters: SystemCounters }[];
  readonly waiting: number;
  readonly crashed: number;
}

const askMs = 4_000;

/** A cluster to which things happen, until nothing is under way any more. */
class Play {
  readonly #cluster: ShardWorld;
  readonly #nodes: readonly NotesNode[];
  readonly #up = new Set<string>(ids);
  readonly #gone = new Set<string>();
  readonly #numbers = new Map<string, number>();
  readonly #asks: Promise<string>[] = [];
  #told = 0;

  constructor(cluster: ShardWorld, nodes: readonly NotesNode[]) {
    this.#cluster = cluster;
    this.#nodes = nodes;
  }

  async act(done: Action): Promise<void> {
    switch (done.type) {
      case "tell":
      case "ask":
        for (let time = 0; time < done.times; time += 1) this.#send(done);
        return;
      case "toggle":
        return this.#toggle(idOf(done.node), this.#listeners(done.heard));
      case "hear":
        return this.#cluster.world.tell(this.#listeners(done.heard));
      case "cut":
      case "heal":
        if (!this.#gone.has(idOf(done.from)) && !this.#gone.has(idOf(done.to)) && done.from !== done.to) {
          this.#cluster.world.network[done.type](idOf(done.from), idOf(done.to));
        }
        return;
      case "crash":
        return this.#crash(idOf(done.node));
      case "advance":
        return this.#cluster.world.advance(done.ms);
    }
  }

  /** Everyone can reach everyone and knows everything; then all that waits has its time. */
  async end(): Promise<Played> {
    const { world } = this.#cluster;
    for (const from of ids)
      for (const to of ids) if (!this.#gone.has(from) && !this.#gone.has(to)) world.network.heal(from, to);
    for (const id of this.#gone) this.#cluster.declare(id, "dead");
    for (const id of ids) if (!this.#gone.has(id)) this.#cluster.declare(id, "up");
    await world.advance(15_000);
    const before = this.#cluster.handled.length;
    // (A node that is gone sends nothing.)
    const last = ids.flatMap((_id, from) => keys.map((_key, at) => ({ from, key: at })));
    for (const each of last) this.#send({ type: "ask", ...each });
    await world.advance(askMs + 100);
    const outcomes = await Promise.all(this.#asks);
    const living = this.#nodes.filter(({ id }) => !this.#gone.has(id));
    const answered = living.length * keys.length;
    assert.equal(this.#cluster.handled.length - before, answered, "after it, everyone reaches every shard");
    return {
      handled: this.#cluster.handled,
      told: this.#told,
      asked: this.#asks.length,
      outcomes,
      nodes: this.#nodes.map((each) => ({ node: each, counters: each.system.counters() })),
      waiting: living.reduce((sum, { shards }) => sum + shards.counts().waiting, 0),
      crashed: this.#gone.size,
    };
  }

  #send({ type, from, key: at }: Pick<Extract<Action, { readonly times: number }>, "type" | "from" | "key">): void {
    const sender = this.#nodes[from];
    const to = keys[at];
    if (sender === undefined || to === undefined || this.#gone.has(sender.id)) return;
    const pair = `${sender.id} ${to}`;
    const number = (this.#numbers.get(pair) ?? 0) + 1;
    this.#numbers.set(pair, number);
    const address = sender.context().shard(notesKind, to);
    const facts = { from: sender.id, key: to, number };
    if (type === "tell") {
      this.#told += 1;
      address.tell({ type: "note", ...facts });
      return;
    }
    const asked = address.ask<string>((replyTo) => ({ type: "question", ...facts, replyTo }), askMs);
    this.#asks.push(
      asked.then(
        () => "answered",
        (error: unknown) => (error instanceof KernelError ? error.code : String(error)),
      ),
    );
  }

  #toggle(id: string, listeners: readonly string[]): void {
    if (this.#gone.has(id)) return;
    const up = !this.#up.has(id);
    if (up) this.#up.add(id);
    else this.#up.delete(id);
    this.#cluster.declare(id, up ? "up" : "draining", listeners);
  }

  #crash(id: string): void {
    if (this.#gone.size > 1 || this.#gone.has(id)) return;
    this.#gone.add(id);
    this.#cluster.crash(id);
  }

  #listeners(bits: number): readonly string[] {
    return ids.filter((id, at) => (bits & (1 << at)) !== 0 && !this.#gone.has(id));
  }
}

const idOf = (at: number): string => ids[at] ?? "";

const play = async (actions: readonly Action[], seed: number): Promise<Played> => {
  const random = seededRandom(seed);
  const cluster = new ShardWorld({ seed, delayMs: () => random.below(40) });
  try {
    const played = new Play(cluster, await cluster.startAll(ids));
    for (const each of actions) await played.act(each);
    return await played.end();
  } finally {
    await cluster.close();
  }
};

/** What one node sends for one key is handled in the order in which it was sent, each at most once, wherever it is handled. */
const assertOrder = ({ handled }: Played): void => {
  const latest = new Map<string, Handled>();
  for (const each of handled) {
    const pair = `${each.from} ${each.key}`;
    const before = latest.get(pair);
    const seen = `${pair}: ${each.number} on ${each.node} after ${before?.number ?? 0} on ${before?.node ?? "none"}`;
    assert.ok(before === undefined || each.number > before.number, seen);
    latest.set(pair, each);
  }
};

/** Nothing waits for ever, and every ask has come to an end that its asker can act upon. */
const assertEnded = ({ waiting, outcomes, asked }: Played): void => {
  assert.equal(waiting, 0);
  assert.equal(outcomes.length, asked);
  const known = ["answered", "unreachable", "ask-timeout", "actor-stopped", "node-gone"];
  for (const outcome of outcomes) assert.ok(known.includes(outcome), outcome);
};

const check = (name: string, crashes: boolean, runs: number, hold: (played: Played) => void): void => {
  it(name, async () => {
    const actions = fc.array(action(crashes), { minLength: 10, maxLength: 40, size: "max" });
    await fc.assert(
      fc.asyncProperty(actions, fc.nat(), async (done, seed) => {
        hold(await play(done, seed));
      }),
      {
        numRuns: runs,
        seed: Number(process.env["SHARDS_SEED"] ?? 6),
        endOnFailure: process.env["SHARDS_SHRINK"] === undefined,
      },
    );
  });
};

describe("shards over any hand-overs", function () {
  this.timeout(120_000);

  const runs = Number(process.env["SHARDS_RUNS"] ?? 25);

  check("handle or record every message, in order", false, runs, (played) => {
    assertOrder(played);
    assertEnded(played);
    const { handled, told, asked, nodes, outcomes } = played;
    const letters = nodes.reduce((sum, { counters }) => sum + counters.deadLetters, 0);
    // An ask that nobody waits for any more may end without a trace of its message.
    const silent = outcomes.filter((outcome) => outcome === "ask-timeout").length;
    const missing = told + asked - handled.length - letters;
    assert.ok(
      missing >= -outcomes.filter((outcome) => outcome !== "answered").length && missing <= silent,
      `${missing} of ${told} told and ${asked} asked are missing`,
    );
  });

  check("keep the order and answer again when nodes crash", true, runs, (played) => {
    assertOrder(played);
    assertEnded(played);
  });
});
