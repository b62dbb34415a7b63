import assert from "node:assert/strict";
import type { Address } from "../../../../src/kernel/index.ts";
import type { ActorRef } from "../../../../src/wire/index.ts";
import {
  counterProps,
  counterProtocol,
  watcherProps,
  type CounterProbe,
  type WatcherMessage,
} from "../../../support/remote-counter.ts";
import { RemoteWorld, type TestNode } from "./remote-world.ts";

/** One step of a play: what is done, by which node, to which, and how much of it. */
export interface Step {
  readonly verb:
    "tell" | "watch" | "unwatch" | "stop" | "spawn" | "cut" | "heal" | "reset" | "wait" | "crash" | "restart";
  readonly from: number;
  readonly to: number;
  readonly much: number;
}

interface Watch {
  readonly name: string;
  readonly by: string;
  readonly target: ActorRef;
  readonly address: Address<never>;
  readonly watcher: Address<WatcherMessage>;
  withdrawn: boolean;
}

interface Life {
  readonly node: TestNode;
  /** What the counters of this life were told, each by itself. */
  readonly probes: CounterProbe[];
  counter: Address<never> | undefined;
  over: boolean;
}

const ids = ["a", "b", "c"] as const;
const ofSender = 1_000_000;

/** Some nodes that do to each other what a list of steps says, and what has to be true of it afterwards. */
export class RandomPlay {
  readonly world: RemoteWorld;
  readonly #lives: Life[] = [];
  readonly #watches: Watch[] = [];
  readonly #heard: string[] = [];
  readonly #ended = new Set<string>();
  #sent = 0;
  #told = 0;

  constructor(seed: number) {
    this.world = new RemoteWorld({ seed, delayMs: () => 1, bounds: { outboxEnvelopes: 40 } });
    for (const id of ids) this.#begin(id);
  }

  async play(steps: readonly Step[]): Promise<void> {
    await this.world.advance(100);
    for (const step of steps) await this.#take(step);
    for (const from of ids) for (const to of ids) this.world.network.heal(from, to);
    // Longer than a link waits before it dials again.
    await this.world.advance(20_000);
  }

  /** I7: what one life of a node sent to an actor arrived in the order of sending, each at most once. */
  checkOrder(): void {
    for (const { probes } of this.#lives) {
      for (const { added } of probes) {
        const last = new Map<number, number>();
        for (const by of added) {
          const sender = Math.floor(by / ofSender);
          assert.ok(by > (last.get(sender) ?? 0), `${by} came after ${last.get(sender) ?? 0}`);
          last.set(sender, by);
        }
      }
    }
  }

  /** I9: exactly one end is told for each watch whose target has ended, and none for the others. */
  checkWatches(): void {
    for (const { name, by, target, withdrawn } of this.#watches) {
      const times = this.#heard.filter((heard) => heard === name).length;
      const watcherLives = this.#living(by)?.node.incarnation === name.split(" ")[1];
      const ended = this.#ended.has(keyOf(target)) || this.#isOver(target);
      if (!ended) assert.equal(times, 0, `${name}: told of an end that was none`);
      else if (withdrawn || !watcherLives) assert.ok(times <= 1, `${name}: told ${times} times`);
      else assert.equal(times, 1, `${name}: told ${times} times`);
    }
  }

  /** I17, as long as no node crashed: every message was handled or is a dead letter of one node. */
  checkSum(): void {
    const handled = this.#lives.flatMap(({ probes }) => probes).reduce((sum, { added }) => sum + added.length, 0);
    const dead = this.#lives.reduce((sum, { node }) => sum + node.system.deadLetters.total, 0);
    assert.equal(handled + dead, this.#told, JSON.stringify({ handled, dead, told: this.#told }));
  }

  /** Nothing waits for an end that does not come, and nothing is kept for one that does not wait. */
  checkTables(): void {
    for (const id of ids) {
      const life = this.#living(id);
      if (life === undefined) continue;
      const { watching, watched } = life.node.remote.counts();
      const open = this.#watches.filter((watch) => watch.by === id && this.#isOpen(watch));
      assert.equal(watching, new Set(open.map(({ target }) => keyOf(target))).size, `${id} watches`);
      const others = this.#watches.filter((watch) => watch.target.node === id && this.#isOpen(watch));
      assert.equal(
        watched,
        new Set(others.map((watch) => `${watch.by} ${keyOf(watch.target)}`)).size,
        `${id} is watched`,
      );
    }
  }

  async #take({ verb, from, to, much }: Step): Promise<void> {
    const [here, there] = [ids[from] ?? "a", ids[to] ?? "b"];
    const [self, other] = [this.#living(here), this.#living(there)];
    switch (verb) {
      case "tell":
        if (self !== undefined && here !== there) this.#tell(self, there, 1 + much * 8);
        break;
      case "watch":
        if (self !== undefined && other?.counter !== undefined && here !== there) this.#watch(self, other);
        break;
      case "unwatch":
        this.#unwatch(much);
        break;
      case "stop":
        if (other?.counter !== undefined) this.#stop(other);
        break;
      case "spawn":
        if (other?.counter === undefined && other !== undefined) this.#spawn(other);
        break;
      case "cut":
        this.world.network.cut(here, there);
        break;
      case "heal":
        this.world.network.heal(here, there);
        break;
      case "reset":
        this.world.network.reset(here, there);
        break;
      case "crash":
        if (other !== undefined) this.#crash(other);
        break;
      case "restart":
        if (other === undefined) this.#begin(there);
        break;
      case "wait":
        break;
    }
    await this.world.advance(much * 30);
  }

  #begin(id: string): void {
    const node = this.world.start(id);
    this.world.reconnect(id);
    node.remote.export("/counter", counterProtocol);
    const life: Life = { node, probes: [], counter: undefined, over: false };
    this.#lives.push(life);
    this.#spawn(life);
  }

  #spawn(life: Life): void {
    if (life.node.system.find("/counter") !== undefined) return;
    const probe: CounterProbe = { added: [], cancelled: 0, leftMs: [] };
    life.probes.push(probe);
    life.counter = life.node.system.spawn({ ...counterProps(probe), mailbox: { capacity: 30 } }, "counter");
  }

  #tell({ node }: Life, to: string, times: number): void {
    const sender = Number(node.incarnation.split("-")[1]);
    const counter = node.remote.address(counterProtocol, to, "/counter");
    for (let i = 0; i < times; i += 1) {
      this.#sent += 1;
      this.#told += 1;
      counter.tell({ type: "add", by: sender * ofSender + this.#sent });
    }
  }

  #watch({ node }: Life, { node: of, counter }: Life): void {
    if (counter === undefined) return;
    const target = of.remote.refOf(counter);
    const name = `watch-${this.#watches.length} ${node.incarnation}`;
    const watcher = node.system.spawn(watcherProps(this.#heard), `watcher-${this.#watches.length}`);
    const address = node.remote.addressOf(counterProtocol, target);
    watcher.tell({ type: "watch", target: address, name });
    this.#watches.push({ name, by: node.id, target, address, watcher, withdrawn: false });
  }

  #unwatch(which: number): void {
    const watch = this.#watches[this.#watches.length - 1 - which];
    if (watch === undefined) return;
    watch.withdrawn = true;
    watch.watcher.tell({ type: "unwatch", target: watch.address });
  }

  #stop(life: Life): void {
    if (life.counter === undefined) return;
    this.#ended.add(keyOf(life.node.remote.refOf(life.counter)));
    void life.node.system.stopActor(life.counter);
    life.counter = undefined;
  }

  #crash(life: Life): void {
    life.over = true;
    life.counter = undefined;
    this.world.crash(life.node.id);
    this.world.declare(life.node.id, "dead");
  }

  #living(id: string): Life | undefined {
    return this.#lives.find(({ node, over }) => node.id === id && !over);
  }

  #isOver({ nodeIncarnation }: ActorRef): boolean {
    return this.#lives.some(({ node, over }) => over && node.incarnation === nodeIncarnation);
  }

  #isOpen({ name, by, target, withdrawn }: Watch): boolean {
    const lives = this.#living(by)?.node.incarnation === name.split(" ")[1];
    return lives && !withdrawn && !this.#ended.has(keyOf(target)) && !this.#isOver(target);
  }
}

const keyOf = ({ nodeIncarnation, incarnation }: ActorRef): string => `${nodeIncarnation}#${incarnation}`;
