import { pino } from "pino";
import { BundleStore, scanProps, scanSpace, type ScanSettings } from "../../src/actors/scan/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import { asError, GarrisonError } from "../../src/base/errors.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import {
  clusterSpace,
  joinCluster,
  suspectsOf,
  systemProps,
  type Membership,
  type SystemMessage,
} from "../../src/cluster/index.ts";
import { ActorSystem, SeededDispatcher, type ActorView, type Address, type Logger } from "../../src/kernel/index.ts";
import type { Recorder } from "../support/history.ts";
import { EventLoop } from "./event-loop.ts";
import type { CutWay } from "./link.ts";
import { loadProps, type LoadMessage } from "./load-actors.ts";
import type { SimulatedNetwork } from "./network/simulated-network.ts";
import { NodeLinks } from "./node-links.ts";
import { ownedKinds, ownedSpace } from "./owned-work.ts";
import { processClock } from "./process-clock.ts";
import { noteSpawn, recording } from "./recording-props.ts";
import type { RequestLog } from "./request-log.ts";
import { simulatedEngine } from "./simulated-engine.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import { openSimulatedStore, type StoreHandle } from "./store-handle.ts";
import type { TalkHistory } from "./talk/talk-history.ts";
import type { Workload } from "./workload.ts";
import type { Steppable, World } from "./world.ts";

export const settings: ScanSettings = {
  maxTasksInProcess: 3,
  extractIntervalMs: 10,
  leaseMs: 3_000,
  probes: 3,
  rateLimitPerTarget: 10,
  concurrencyPerTarget: undefined,
  retainMs: 24 * 3_600_000,
};

/** How long a node's lease holds. */
export const nodeLeaseMs = 3_000;
/** Few, so that failures reach the root and end a node now and then. */
const rootSupervision = { maxRestarts: 2, withinMs: 60_000 };
const maxOpenAsks = 100;
const mostOpenCalls = 50;
const handOverMs = 5_000;
/** How long what waits in the outboxes of a node that leaves may take. */
const flushMs = 1_000;

/** One start of a node. */
export interface Incarnation {
  readonly id: string;
  readonly incarnation: string;
}

export interface NodeParts {
  readonly recorder: Recorder;
  readonly store: SimulatedStore;
  readonly workload: Workload;
  readonly requests: RequestLog;
  readonly network: SimulatedNetwork;
  readonly talk: TalkHistory;
  readonly identity: Incarnation;
  /** Whether an actor has not stopped, and its node is a live member. */
  readonly runs: (actor: string) => boolean;
  readonly died: () => void;
}

/** What runs once the node is part of the cluster. */
interface Joined {
  readonly membership: Membership;
  readonly cell: Address<SystemMessage>;
  readonly scan: Address<never>;
  readonly load: Address<LoadMessage>;
}

/** One process of the simulated cluster: a real actor system with the real actors of membership, ownership and scans, in one incarnation. */
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
    const log = this.#logger();
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
    const pending: ActorView[] = [this.system.tree()];
    for (let view = pending.pop(); view !== undefined; view = pending.pop()) {
      const { waiting, capacity } = view.mailbox;
      if (waiting > capacity) over.push(`${this.name}${view.path}: ${waiting} messages of at most ${capacity}`);
      pending.push(...view.children);
    }
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
    const { recorder, workload, requests } = this.#parts;
    const [world, { enter }, node] = [this.#world, this.#loop, this.name];
    const space = this.#handle.space(scanSpace);
    const setup = {
      space,
      engine: simulatedEngine({
        ...{ world, workload, requests, node, enter },
        bundles: new BundleStore(space, world.clock),
        crash: () => void this.die(),
      }),
      settings,
      owner: node,
      notify: (event: { readonly type: string }): void => world.count(`branch: ${event.type}`),
    };
    const owned = { world, store: this.#parts.store, space: this.#handle.space(ownedSpace), clock: this.#clock, enter };
    const kinds = ownedKinds({ ...owned, owner: node });
    const onLost = (): void => {
      if (this.#ending) return;
      world.count("branch: node lost");
      void this.#end();
    };
    const { remote } = this.#links;
    const system = systemProps({
      ...{ membership, onLost, kinds },
      onTable: (view) => remote.tableChanged(view),
      suspects: suspectsOf(() => remote.links()),
    });
    const cell = this.system.spawn(recording(recorder, node, system), "system");
    this.#links.spawnTalk();
    const scan = this.system.spawn(recording(recorder, node, scanProps(setup)), "scan");
    const load = this.system.spawn(recording(recorder, node, loadProps(world, enter)), "load");
    for (const address of [cell, scan, load]) {
      noteSpawn(recorder, node, address, { id: undefined, supervision: rootSupervision });
    }
    return { membership, cell, scan, load };
  }

  async #end(): Promise<void> {
    this.#ending = true;
    // A node that is joining ends when it has joined.
    if (this.#joined !== undefined) await this.#leave(this.#joined);
  }

  /** The steps of a node that closes, in their order. What fails is left to the leases that run out. */
  async #leave({ membership, cell, scan }: Joined): Promise<void> {
    const known = pathsOf(this.system.tree());
    cell.tell({ type: "drain" });
    await this.system.stopActor(scan);
    await cell.ask((replyTo) => ({ type: "hand-over", replyTo }), handOverMs).catch(() => undefined);
    await this.system.stopActor(cell);
    await this.#links.close(flushMs);
    await membership.leave().catch(() => undefined);
    await this.system.stop();
    for (const actor of known) this.#parts.recorder.note({ type: "stopped", actor: `${this.name}:${actor}` });
  }

  /** What the kernel logs as an error is part of what happened: it gave up on a handler. */
  #logger(): Logger {
    const write = (line: string): void => {
      if (!line.includes("was abandoned")) return;
      const { path, incarnation } = JSON.parse(line) as { path: string; incarnation: number };
      this.#parts.recorder.note({ type: "abandoned", actor: `${this.name}:${path}#${incarnation}` });
    };
    return pino({ level: "error", base: null, timestamp: false }, { write });
  }
}

/** The same for every incarnation. */
const addressOf = ({ id }: Incarnation): string => `127.0.0.1:${1_000 + Number(id.slice(1))}`;

const pathsOf = (view: ActorView): readonly string[] => [
  ...(view.path === "/" ? [] : [`${view.path}#${view.incarnation}`]),
  ...view.children.flatMap(pathsOf),
];
