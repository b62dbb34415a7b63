import { pino } from "pino";
import { BundleStore, scanProps, scanSpace, type ScanSettings } from "../../src/actors/scan/index.ts";
import type { Clock, Timer } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { ActorSystem, SeededDispatcher, type ActorView, type Address, type Logger } from "../../src/kernel/index.ts";
import type { Recorder } from "../support/history.ts";
import { EventLoop } from "./event-loop.ts";
import { loadProps, type LoadMessage } from "./load-actors.ts";
import { noteSpawn, recording } from "./recording-props.ts";
import { simulatedEngine } from "./simulated-engine.ts";
import type { RequestLog } from "./request-log.ts";
import type { Workload } from "./workload.ts";
import { openSimulatedStore, type SimulatedStore, type StoreHandle } from "./simulated-store.ts";
import type { Steppable, World } from "./world.ts";

export const settings: ScanSettings = {
  maxTasksInProcess: 3,
  extractIntervalMs: 10,
  leaseMs: 3_000,
  probes: 3,
  rateLimitPerTarget: 200,
  concurrencyPerTarget: undefined,
  retainMs: 24 * 3_600_000,
};

/** Few, so that failures reach the root and end a node now and then. */
const rootSupervision = { maxRestarts: 2, withinMs: 60_000 };
const maxOpenAsks = 100;
const mostOpenCalls = 50;

export interface NodeParts {
  readonly recorder: Recorder;
  readonly store: SimulatedStore;
  readonly workload: Workload;
  readonly requests: RequestLog;
  /** Node and incarnation: the owner of its claims. */
  readonly name: string;
  readonly died: () => void;
}

/** One process of the simulated cluster: a real actor system with the real scan actors, in one incarnation. */
export class SimulatedNode implements Steppable {
  readonly name: string;
  readonly system: ActorSystem;
  readonly load: Address<LoadMessage>;
  readonly #world: World;
  readonly #recorder: Recorder;
  readonly #dispatcher: SeededDispatcher;
  readonly #handle: StoreHandle;
  readonly #loop = new EventLoop();
  readonly #died: () => void;
  readonly #requests: RequestLog;
  #alive = true;
  #draining = false;

  constructor(world: World, { recorder, store, workload, requests, name, died }: NodeParts) {
    this.name = name;
    this.#world = world;
    this.#recorder = recorder;
    this.#died = died;
    this.#dispatcher = new SeededDispatcher(world.random);
    this.#handle = openSimulatedStore(world, store, name, this.#loop.enter);
    this.system = new ActorSystem({
      node: name,
      log: this.#logger(),
      clock: this.#clock(),
      random: seededRandom(world.random.below(2 ** 32)),
      dispatchers: { default: this.#dispatcher, system: this.#dispatcher },
      maxOpenAsks,
      supervision: rootSupervision,
    });
    this.#requests = requests;
    const space = this.#handle.space(scanSpace);
    const setup = {
      space,
      engine: simulatedEngine({
        ...{ world, workload, requests, node: name, enter: this.#loop.enter },
        bundles: new BundleStore(space, world.clock),
        crash: () => void this.die(),
      }),
      settings,
      owner: name,
      notify: (event: { readonly type: string }): void => world.count(`branch: ${event.type}`),
    };
    const scan = this.system.spawn(recording(recorder, name, scanProps(setup)), "scan");
    this.load = this.system.spawn(recording(recorder, name, loadProps(world, this.#loop.enter)), "load");
    for (const address of [scan, this.load]) {
      noteSpawn(recorder, name, address, { id: undefined, supervision: rootSupervision });
    }
    void this.system.terminated.then(({ reason }) => {
      world.count(`branch: node ${reason}`);
      this.die();
    });
    world.add(this);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get frozen(): boolean {
    return this.#loop.frozen;
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
    this.#recorder.note({ type: "counters", sent, handled, deadLetters, dropped, waiting });
    this.#dispatcher.close();
    this.#loop.close();
    this.#world.remove(this);
    this.#died();
    return true;
  }

  freeze(): void {
    this.#loop.freeze();
  }

  thaw(): void {
    if (!this.frozen) return;
    this.#loop.thaw();
    this.#requests.thawed(this.name);
    if (this.#loop.ready) this.#world.count("branch: late after a thaw");
  }

  /** Makes an actor fail. False if it is ending anyway. */
  kill(path: string): boolean {
    const before = this.system.counters().failures;
    this.system.kill(path, "a fault of the simulation");
    return this.system.counters().failures > before;
  }

  /** Stops every actor in order; the node ends with it. False if it was draining already. */
  drain(): boolean {
    if (this.#draining) return false;
    this.#draining = true;
    const known = pathsOf(this.system.tree());
    void this.system.stop().then(() => {
      for (const actor of known) this.#recorder.note({ type: "stopped", actor: `${this.name}:${actor}` });
    });
    return true;
  }

  /** Actors that can be killed, by path. */
  actors(): readonly string[] {
    return pathsOf(this.system.tree()).map((actor) => actor.replace(/#\d+$/, ""));
  }

  noteQuiet(): void {
    this.#recorder.note({ type: "quiet" });
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
    return over;
  }

  #clock(): Clock {
    const { clock } = this.#world;
    return {
      monotonicMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs(),
      after: (delayMs, run): Timer => {
        // Between falling due and being run a timer of a frozen process can still be cancelled.
        let cancelled = false;
        const due = (): void => {
          if (!cancelled) run();
        };
        const timer = clock.after(delayMs, () => this.#loop.enter(due));
        return {
          cancel: () => {
            cancelled = true;
            timer.cancel();
          },
        };
      },
    };
  }

  /** What the kernel logs as an error is part of what happened: it gave up on a handler. */
  #logger(): Logger {
    const write = (line: string): void => {
      if (!line.includes("was abandoned")) return;
      const { path, incarnation } = JSON.parse(line) as { path: string; incarnation: number };
      this.#recorder.note({ type: "abandoned", actor: `${this.name}:${path}#${incarnation}` });
    };
    return pino({ level: "error", base: null, timestamp: false }, { write });
  }
}

const pathsOf = (view: ActorView): readonly string[] => [
  ...(view.path === "/" ? [] : [`${view.path}#${view.incarnation}`]),
  ...view.children.flatMap(pathsOf),
];
