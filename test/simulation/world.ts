import { createHash, type Hash } from "node:crypto";
import { setImmediate as drained } from "node:timers/promises";
import type { Timer } from "../../src/base/clock.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** Something on its way: a call to the store, an answer, the end of a piece of work. It happens when the seed picks it. */
interface InFlight {
  readonly label: string;
  readonly run: () => void;
  /** It does not happen while this says so. */
  readonly blocked: () => boolean;
}

/** Something that can be given steps: the ready actors of a node. */
export interface Steppable {
  readonly name: string;
  /** How many steps it could take now. */
  ready(): number;
  step(): void;
}

const advanceChance = 0.12;
/** How long a message or a call takes in the calm is in proportion to this. */
const longestCalmAdvanceMs = 8;

/**
 * The scheduler of a simulation: one thread of events whose order comes from the seed alone. A step is one message of one actor, one
 * thing in flight that arrives, or time moving on; the next one begins when no promise has anything left to do.
 */
export class World {
  readonly random: Random;
  readonly clock = new ManualClock();
  /** Set when nothing goes wrong any more: the load that only serves to disturb stops. */
  healthy = false;
  /** Set when the cluster has nothing much to do: what is to be done takes as little time as in a cluster that is not busy. */
  calm = false;
  readonly #inFlight: InFlight[] = [];
  readonly #steppables = new Set<Steppable>();
  readonly #trace: Hash = createHash("sha256");
  readonly #counts = new Map<string, number>();
  readonly #heard: ((line: string) => void) | undefined;
  readonly #longestAdvanceMs: number;
  #steps = 0;

  /**
   * @param heard told of every line of the trace and, as JSON, of every fact of the histories
   * @param longestMs how much time a step may take: less lets more happen within the same time
   */
  constructor(seed: number, heard: ((line: string) => void) | undefined, longestMs: number) {
    this.random = seededRandom(seed);
    this.#heard = heard;
    this.#longestAdvanceMs = longestMs;
  }

  get steps(): number {
    return this.#steps;
  }

  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** How often each kind of fault and each branch of the protocol was seen. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Over everything that has happened, in order. Equal seeds give equal hashes in every process. */
  traceHash(): string {
    return this.#trace.copy().digest("hex").slice(0, 16);
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  /** Puts a line into the trace. */
  trace(line: string): void {
    const entry = `${this.clock.monotonicMs()} ${line}`;
    this.#trace.update(`${entry}\n`);
    this.#heard?.(`${this.#steps} ${entry}`);
  }

  /** Shows a fact that was noted to whoever listens. The trace's hash follows the decisions, of which it is a consequence. */
  tell(where: string, fact: object): void {
    this.#heard?.(`${this.#steps} ${this.clock.monotonicMs()} ${where} ${JSON.stringify(fact)}`);
  }

  count(what: string, times = 1): void {
    if (times > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  add(steppable: Steppable): void {
    this.#steppables.add(steppable);
  }

  remove(steppable: Steppable): void {
    this.#steppables.delete(steppable);
  }

  /** Lets `run` happen in some later step. */
  later(label: string, run: () => void, blocked: () => boolean = () => false): void {
    this.#inFlight.push({ label, run, blocked });
  }

  after(delayMs: number, run: () => void): Timer {
    return this.clock.after(delayMs, run);
  }

  /** One step. */
  async step(): Promise<void> {
    this.#steps += 1;
    const ready = [...this.#steppables].filter((steppable) => steppable.ready() > 0);
    const arriving = this.#inFlight.filter((entry) => !entry.blocked());
    const choices = ready.reduce((sum, steppable) => sum + steppable.ready(), 0) + arriving.length;
    if (choices === 0) this.#advance(this.clock.nextInMs ?? this.#longestAdvanceMs);
    else if (this.chance(advanceChance))
      this.#advance(this.random.below(this.calm ? longestCalmAdvanceMs : this.#longestAdvanceMs) + 1);
    else this.#pick(ready, arriving, this.random.below(choices));
    await drained();
  }

  #advance(ms: number): void {
    this.trace(`time ${ms}`);
    this.clock.advance(ms);
  }

  #pick(ready: readonly Steppable[], arriving: readonly InFlight[], choice: number): void {
    let left = choice;
    for (const steppable of ready) {
      const steps = steppable.ready();
      if (left < steps) {
        this.trace(`step ${steppable.name}`);
        steppable.step();
        return;
      }
      left -= steps;
    }
    const entry = arriving[left];
    if (entry === undefined) return;
    this.#inFlight.splice(this.#inFlight.indexOf(entry), 1);
    this.trace(entry.label);
    entry.run();
  }
}
