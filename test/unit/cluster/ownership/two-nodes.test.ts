import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { seededRandom } from "../../../../src/base/random.ts";
import {
  joinCluster,
  ownedKind,
  ownerOf,
  systemProps,
  type HandedOver,
  type Membership,
  type SystemMessage,
} from "../../../../src/cluster/index.ts";
import { ActorSystem, SeededDispatcher, type Address } from "../../../../src/kernel/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { actor } from "../../../support/actors.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { identity } from "../test-cluster.ts";

const singleton = { name: "keeper", role: undefined };

interface Node {
  readonly id: string;
  readonly membership: Membership;
  readonly system: ActorSystem;
  readonly dispatcher: SeededDispatcher;
  readonly address: Address<SystemMessage>;
  /** A frozen one runs no actor. */
  frozen: boolean;
}

/** Two nodes with the real `/system`, on one store. */
class TwoNodes {
  readonly clock = new ManualClock();
  /** Where the singleton started and stopped, with the time. */
  readonly events: { readonly what: string; readonly atMs: number }[] = [];
  readonly lost: string[] = [];
  readonly nodes: Node[] = [];
  readonly #database = createMemoryDatabase({ clock: this.clock });

  async join(id: string): Promise<Node> {
    const space = openMemoryStore(this.#database).space("cluster");
    const dispatcher = new SeededDispatcher(seededRandom(1));
    const random = seededRandom(2);
    const log = new CapturedLog().logger;
    const dispatchers = { default: dispatcher, system: dispatcher };
    const system = new ActorSystem({ node: id, log, clock: this.clock, random, dispatchers });
    const membership = await joinCluster({ space, clock: this.clock, random, identity: identity(id), settings: {} });
    const note = (what: string): void =>
      void this.events.push({ what: `${id} ${what}`, atMs: this.clock.monotonicMs() });
    const props = actor<never>(() => undefined, {
      initial: () => {
        note("starts");
      },
      stopped: () => note("stopped"),
    });
    const kinds = [ownedKind({ name: singleton.name, space, shards: 1, props: () => props })];
    const onLost = (): void => void this.lost.push(id);
    const address = system.spawn(systemProps({ membership, onLost, kinds }), "system");
    const node = { id, membership, system, dispatcher, address, frozen: false };
    this.nodes.push(node);
    await this.advance(1_500);
    return node;
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    for (;;) {
      await this.#settle();
      const leftMs = untilMs - this.clock.monotonicMs();
      if (leftMs <= 0) return;
      this.clock.advance(Math.min(leftMs, Math.max(0.01, this.clock.nextInMs ?? leftMs)));
    }
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) node.frozen = false;
    const stopping = Promise.all(this.nodes.map(({ system }) => system.stop()));
    await this.advance(100);
    await stopping;
  }

  async #settle(): Promise<void> {
    for (let still = 0; still < 3; still += 1) {
      for (const { frozen, dispatcher } of this.nodes) while (!frozen && dispatcher.step()) still = 0;
      await nextTurn();
    }
  }
}

const twoNodes = async (run: (nodes: TwoNodes, owner: Node, other: Node) => Promise<void>): Promise<void> => {
  const nodes = new TwoNodes();
  const [a, b] = [await nodes.join("a"), await nodes.join("b")];
  await nodes.advance(2_000);
  const [owner, other] = ownerOf(a.membership.view(), singleton, 0)?.id === "a" ? [a, b] : [b, a];
  assert.equal(nodes.events.at(-1)?.what, `${owner.id} starts`);
  nodes.events.length = 0;
  await run(nodes, owner, other);
  await nodes.stop();
};

describe("ownership: a singleton with the real membership, on two nodes", () => {
  it("runs at the other node within the lease and a second after its node froze; thawed, that node is lost", () =>
    twoNodes(async (nodes, owner, other) => {
      const frozenAtMs = nodes.clock.monotonicMs();
      owner.frozen = true;
      await nodes.advance(9_000);
      const [first] = nodes.events;
      assert.equal(first?.what, `${other.id} starts`);
      assert.ok(first.atMs - frozenAtMs <= 4_000, `${first.atMs - frozenAtMs} ms`);
      assert.ok(owner.membership.ownDeadlineMs() < first.atMs);
      owner.frozen = false;
      await nodes.advance(1_000);
      assert.deepEqual(
        nodes.events.map(({ what }) => what),
        [`${other.id} starts`, `${owner.id} stopped`],
      );
      assert.ok(nodes.lost.includes(owner.id));
    }));

  it("is handed over by a node that drains and leaves", () =>
    twoNodes(async (nodes, owner, other) => {
      owner.address.tell({ type: "drain" });
      const asked = owner.address.ask<HandedOver>((replyTo) => ({ type: "hand-over", replyTo }), 5_000);
      await nodes.advance(2_000);
      assert.deepEqual(await asked, { type: "handed-over" });
      await owner.membership.leave();
      await nodes.advance(2_000);
      assert.deepEqual(
        nodes.events.map(({ what }) => what),
        [`${owner.id} stopped`, `${other.id} starts`],
      );
    }));
});
