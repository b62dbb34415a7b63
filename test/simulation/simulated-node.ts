import { pino } from "pino";
import { scanProps, scanSpace, type ScanSettings } from "../../src/actors/scan/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { ActorSystem, SeededDispatcher, type ActorView, type Address, type Logger } from "../../src/kernel/index.ts";
import type { Recorder } from "../support/history.ts";
import { loadProps, type LoadMessage } from "./load-actors.ts";
import { recording } from "./recording-props.ts";
import { simulatedEngine, type Workload } from "./simulated-engine.ts";
import { openSimulatedStore, type SimulatedStore, type StoreHandle } from "./simulated-store.ts";
import type { Steppable, World } from "./world.ts";

const settings: ScanSettings = {
  maxTasksInProcess: 3,
  extractIntervalMs: 10,
  leaseMs: 3_000,
  probes: 3,
  rateLimitPerTarget: 200,
};

/** Few, so that failures reach the root and end a node now and then. */
const rootRestarts = 2;
const maxOpenAsks = 100;
const mostOpenCalls = 50;

export interface NodeParts {
  readonly recorder: Recorder;
  readonly store: SimulatedStore;
  readonly workload: Workload;
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
  /** Timers that came while the process was frozen. */
  readonly #late: (() => void)[] = [];
  readonly #died: () => void;
  #alive = true;
  #frozen = false;

  constructor(world: World, { recorder, store, workload, name, died }: NodeParts) {
    this.name = name;
    this.#world = world;
    this.#recorder = recorder;
    this.#died = died;
    this.#dispatcher = new SeededDispatcher(world.random);
    this.#handle = openSimulatedStore(world, store, name, () => this.#alive);
    this.system = new ActorSystem({
      node: name,
      log: this.#logger(),
      clock: this.#clock(),
      random: seededRandom(world.random.below(2 ** 32)),
      dispatchers: { default: this.#dispatcher, system: this.#dispatcher },
      maxOpenAsks,
      supervision: { maxRestarts: rootRestarts, withinMs: 60_000 },
    });
    const setup = {
      space: this.#handle.space(scanSpace),
      engine: simulatedEngine(world, workload, name, () => {
        this.die();
      }),
      settings,
      owner: name,
      notify: (event: { readonly type: string }): void => world.count(`branch: ${event.type}`),
    };
    this.system.spawn(recording(recorder, name, scanProps(setup)), "scan");
    this.load = this.system.spawn(recording(recorder, name, loadProps(world)), "load");
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
    return this.#frozen;
  }

  ready(): number {
    return this.#alive && !this.#frozen ? this.#dispatcher.ready : 0;
  }

  step(): void {
    this.#dispatcher.step();
  }

  /** From now on this process does nothing more, and hears nothing. */
  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    const { sent, handled, deadLetters, dropped, waiting } = this.system.counters();
    this.#recorder.note({ type: "counters", sent, handled, deadLetters, dropped, waiting });
    this.#dispatcher.close();
    this.#world.remove(this);
    this.#died();
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    for (const run of this.#late.splice(0)) run();
  }

  /** Stops every actor in order; the node ends with it. */
  drain(): void {
    const known = pathsOf(this.system.tree());
    void this.system.stop().then(() => {
      for (const actor of known) this.#recorder.note({ type: "stopped", actor: `${this.name}:${actor}` });
    });
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
      after: (delayMs, run) =>
        clock.after(delayMs, () => {
          if (!this.#alive) return;
          if (this.#frozen) this.#late.push(run);
          else run();
        }),
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
