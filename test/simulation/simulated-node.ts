import type { Clock } from "../../src/base/clock.ts";
import { asError, GarrisonError } from "../../src/base/errors.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import { clusterSpace, joinCluster, type Membership } from "../../src/cluster/index.ts";
import { ActorSystem, SeededDispatcher } from "../../src/kernel/index.ts";
import { abandonedLog } from "./abandoned-log.ts";
import { overfullMailboxes, pathsOf } from "./actor-views.ts";
import { EventLoop } from "./event-loop.ts";
import type { CutWay } from "./link.ts";
import { spawnNodeActors, type NodeActors } from "./node-actors.ts";
import { NodeLinks } from "./node-links.ts";
import { addressOf, type Incarnation, type NodeParts } from "./node-parts.ts";
import { nodeLeaseMs, rootSupervision } from "./node-settings.ts";
import { processClock } from "./process-clock.ts";
import { openSimulatedStore, type StoreHandle } from "./store-handle.ts";
import type { Steppable, World } from "./world.ts";

const maxOpenAsks = 100;
const mostOpenCalls = 50;
const handOverMs = 5_000;
/** How long what waits in the outboxes of a node that leaves may take. */
const flushMs = 1_000;

/** What runs once the node is part of the cluster. */
interface Joined extends NodeActors {
  readonly membership: Membership;
}

/** One process of the simulated cluster: a real actor system with the real actors, in one incarnation. */
export class SimulatedNode implements Steppable {
  /** Node and incarnation: the owner of its claims and leases. */
  readonly name: string;
  readonly identity: Incarnation;
  readonly system: ActorSystem;
  readonly #world: World;
  readonly #parts: NodeParts;
  readonly #dispatcher: SeededDispatcher;
  readonly #handle: StoreHandle;
  readonly #loop = new EventLoop();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #links: NodeLinks;
  #joined: Joined | undefined;
  #alive = true;
  #ending = false;

  constructor(world: World, parts: NodeParts) {
    this.identity = parts.identity;
    this.name = `${parts.identity.id}.${parts.identity.incarnation}`;
    this.#world = world;
    this.#parts = parts;
    this.#random = seededRandom(world.random.below(2 ** 32));
    this.#dispatcher = new SeededDispatcher(world.random);
    this.#clock = processClock(world.clock, this.#loop.enter);
    this.#handle = openSimulatedStore(world, parts.store, this.name, this.#loop.enter);
    const log = abandonedLog(parts.recorder, this.name);
    this.system = new ActorSystem({
      node: this.identity.id,
      log,
      clock: this.#clock,
      random: this.#random,
      dispatchers: { default: this.#dispatcher, system: this.#dispatcher },
      maxOpenAsks,
      supervision: rootSupervision,
    });
    this.#links = new NodeLinks({
      world,
      log,
      ...{ network: parts.network, history: parts.talk, runs: parts.runs, identity: this.identity },
      ...{ system: this.system, handle: this.#handle, clock: this.#clock, random: this.#random },
      address: addressOf(this.identity),
      leaseMs: nodeLeaseMs,
      enter: this.#loop.enter,
      isReading: () => !this.frozen,
    });
    void this.system.terminated.then(({ reason }) => {
      world.count(`branch: node ${reason}`);
      this.die();
    });
    world.add(this);
    void this.#join();
  }

  get alive(): boolean {
    return this.#alive;
  }

  get frozen(): boolean {
    return this.#loop.frozen;
  }

  /** Not before it has joined. */
  get membership(): Membership | undefined {
    return this.#joined?.membership;
  }

  get links(): NodeLinks {
    return this.#links;
  }

  ready(): number {
    if (!this.#alive || this.frozen) return 0;
    return this.#dispatcher.ready + (this.#loop.ready ? 1 : 0);
  }

  step(): void {
    if (this.#loop.ready) this.#loop.step();
    else this.#dispatcher.step();
  }

  /** From now on this process does nothing more, and hears nothing. */
  die(): boolean {
    if (!this.#alive) return false;
    this.#alive = false;
    const { sent, handled, deadLetters, dropped, waiting } = this.system.counters();
    this.#parts.recorder.note({ type: "counters", sent, handled, deadLetters, dropped, waiting });
    this.#links.died();
    this.#dispatcher.close();
    this.#loop.close();
    this.#world.remove(this);
    this.#parts.died();
    return true;
  }

  freeze(): void {
    this.#loop.freeze();
  }

  thaw(): void {
    if (!this.frozen) return;
    this.#loop.thaw();
    this.#parts.requests.thawed(this.name);
    if (this.#loop.ready) this.#world.count("branch: late after a thaw");
  }

  /** Until then nothing gets through to the store, or nothing back from it. */
  cut(way: CutWay, untilMs: number): void {
    this.#handle.cut(way, untilMs);
  }

  /** From now on nothing goes wrong with it by itself. */
  heal(): void {
    this.thaw();
    this.#handle.heal();
  }

  /** Makes an actor fail. False if it is ending anyway. */
  kill(path: string): boolean {
    const before = this.system.counters().failures;
    this.system.kill(path, "a fault of the simulation");
    return this.system.counters().failures > before;
  }

  /** Makes one of the actors that only are load fail. False if there is none. */
  crashSink(sink: number, times: number): boolean {
    return this.#joined?.load.tell({ type: "crash", sink, times }) ?? false;
  }

  /** As a control call that reached it would: tells the scan actors of all nodes that claims of a scan may be over. */
  hint(scan: string): void {
    this.#loop.enter(() => this.#links.scanPeers.check(scan));
  }

  /** Ends in order: hands over what it owns, stops every actor, leaves. False if it was ending already. */
  drain(): boolean {
    if (this.#ending) return false;
    void this.#end();
    return true;
  }

  /** Actors that can be killed, by path. */
  actors(): readonly string[] {
    return pathsOf(this.system.tree()).map((actor) => actor.replace(/#\d+$/, ""));
  }

  /** The actors that have not stopped, as `node:/path#incarnation`. */
  actorNames(): readonly string[] {
    return pathsOf(this.system.tree()).map((actor) => `${this.name}:${actor}`);
  }

  noteQuiet(): void {
    this.#parts.recorder.note({ type: "quiet" });
  }

  /** Buffers that are beyond their bound (I12). */
  overfull(): readonly string[] {
    const over: string[] = [];
    if (this.system.counters().openAsks > maxOpenAsks) over.push(`${this.name}: open asks`);
    if (this.#handle.openCalls() > mostOpenCalls) {
      over.push(`${this.name}: ${this.#handle.openCalls()} open store calls of at most ${mostOpenCalls}`);
    }
    for (const what of overfullMailboxes(this.system.tree())) over.push(`${this.name}${what}`);
    return [...over, ...this.#links.overfull().map((what) => `${this.name}: ${what}`)];
  }

  async #join(): Promise<void> {
    try {
      const membership = await joinCluster({
        space: this.#handle.space(clusterSpace),
        clock: this.#clock,
        random: this.#random,
        identity: {
          ...this.identity,
          address: addressOf(this.identity),
          httpAddress: "127.0.0.1:2",
          roles: [],
          pid: 1,
          version: "1",
        },
        settings: {},
        leaseMs: nodeLeaseMs,
      });
      this.#joined = this.#spawnAll(membership);
      if (this.#ending) await this.#leave(this.#joined);
    } catch (thrown) {
      const error = asError(thrown);
      this.#world.count(`branch: join failed ${error instanceof GarrisonError ? error.code : error.message}`);
      this.die();
    }
  }

  #spawnAll(membership: Membership): Joined {
    const { recorder, store, workload, response, detection, requests } = this.#parts;
    const onLost = (): void => {
      if (this.#ending) return;
      this.#world.count("branch: node lost");
      void this.#end();
    };
    const actors = spawnNodeActors({
      ...{ world: this.#world, system: this.system, links: this.#links, handle: this.#handle, clock: this.#clock },
      ...{ recorder, store, workload, response, detection, requests, membership, onLost },
      ...{ node: this.name, id: this.identity.id, random: this.#random },
      enter: this.#loop.enter,
      isFrozen: () => this.frozen,
      crash: () => void this.die(),
    });
    return { membership, ...actors };
  }

  async #end(): Promise<void> {
    this.#ending = true;
    // A node that is joining ends when it has joined.
    if (this.#joined !== undefined) await this.#leave(this.#joined);
  }

  /** The steps of a node that closes, in their order. What fails is left to the leases that run out. */
  async #leave({ membership, cell, stopWorkers }: Joined): Promise<void> {
    const known = pathsOf(this.system.tree());
    cell.tell({ type: "drain" });
    await stopWorkers();
    await cell.ask((replyTo) => ({ type: "hand-over", replyTo }), handOverMs).catch(() => undefined);
    await this.system.stopActor(cell);
    await this.#links.close(flushMs);
    await membership.leave().catch(() => undefined);
    await this.system.stop();
    for (const actor of known) this.#parts.recorder.note({ type: "stopped", actor: `${this.name}:${actor}` });
  }
}
