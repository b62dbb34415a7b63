import { setImmediate as nextTurn } from "node:timers/promises";
import { seededRandom } from "../../src/base/random.ts";
import { ActorSystem, SeededDispatcher, type ActorSystemOptions, type Supervision } from "../../src/kernel/index.ts";
import { CapturedLog, type LogLine } from "./captured-log.ts";
import { ManualClock } from "./manual-clock.ts";

export type DispatcherKind = "nact" | "seeded";
export const dispatcherKinds: readonly DispatcherKind[] = ["nact", "seeded"];

export interface TestKernelOptions {
  readonly seed?: number;
  readonly supervision?: Partial<Supervision>;
  readonly maxOpenAsks?: number;
  /** Told of each log line as it is written. */
  readonly heard?: (line: LogLine) => void;
}

/** Event-loop turns without any change after which a system on nact counts as settled. */
const stillTurns = 6;
const mostTurns = 20_000;

/** An actor system whose time stands still until it is moved, and which can be run until nothing is left to do. */
export class TestKernel {
  readonly clock = new ManualClock();
  readonly log: CapturedLog;
  readonly system: ActorSystem;
  readonly #seeded: SeededDispatcher | undefined;

  constructor(kind: DispatcherKind, options: TestKernelOptions = {}) {
    this.log = new CapturedLog(options.heard);
    const random = seededRandom(options.seed ?? 1);
    this.#seeded = kind === "seeded" ? new SeededDispatcher(random) : undefined;
    const systemOptions: ActorSystemOptions = {
      node: "test",
      log: this.log.logger,
      clock: this.clock,
      random,
      ...(this.#seeded === undefined ? {} : { dispatchers: { default: this.#seeded, system: this.#seeded } }),
      ...(options.supervision === undefined ? {} : { supervision: options.supervision }),
      ...(options.maxOpenAsks === undefined ? {} : { maxOpenAsks: options.maxOpenAsks }),
    };
    this.system = new ActorSystem(systemOptions);
  }

  /** Lets one actor handle one message (nact: gives the event loop one turn). */
  async step(): Promise<void> {
    this.#seeded?.step();
    await nextTurn();
  }

  /** Runs until no actor has anything to do at this instant. */
  async settle(): Promise<void> {
    let still = 0;
    let before = "";
    for (let turns = 0; still < stillTurns; turns += 1) {
      if (turns > mostTurns) throw new Error(`the actors do not come to rest: ${JSON.stringify(this.system.tree())}`);
      while (this.#seeded?.step() === true);
      await nextTurn();
      const now = JSON.stringify([this.system.counters(), this.system.tree()]);
      still = now === before && (this.#seeded?.ready ?? 0) === 0 ? still + 1 : 0;
      before = now;
    }
  }

  /** Moves time on and runs until rest; timers that this sets off within the time fire too. */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const untilMs = this.clock.monotonicMs() + ms;
    for (;;) {
      const leftMs = untilMs - this.clock.monotonicMs();
      const nextMs = this.clock.nextInMs;
      this.clock.advance(Math.min(leftMs, nextMs ?? leftMs));
      await this.settle();
      if (this.clock.monotonicMs() >= untilMs && (this.clock.nextInMs ?? 1) > 0) return;
    }
  }

  /** Runs while `work` is under way, with time moving on when nothing else happens; at most `mostMs` of it. */
  async complete<Result>(work: Promise<Result>, mostMs = 60_000): Promise<Result> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    work.then(finish, finish);
    const untilMs = this.clock.monotonicMs() + mostMs;
    await this.settle();
    while (!done) {
      const nextMs = this.clock.nextInMs;
      if (nextMs === undefined || this.clock.monotonicMs() + nextMs > untilMs) {
        throw new Error(`not done within ${mostMs} ms: ${JSON.stringify(this.system.tree())}`);
      }
      this.clock.advance(nextMs);
      await this.settle();
    }
    return work;
  }
}

/** Declares the same tests for both dispatchers. Each test starts its own kernel. */
export const onBothDispatchers = (declare: (start: (options?: TestKernelOptions) => TestKernel) => void): void => {
  for (const kind of dispatcherKinds) {
    describe(`on ${kind}`, () => {
      declare((options) => new TestKernel(kind, options));
    });
  }
};
