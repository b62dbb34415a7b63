import { seededRandom, type Random } from "../../../src/base/random.ts";
import type { Address } from "../../../src/kernel/index.ts";
import { Recorder, type ActorId, type History, type Origin } from "../history.ts";
import { TestKernel, type DispatcherKind } from "../kernel.ts";
import { actorId, noteAbandoned } from "../recorded.ts";
import type { ModelMessage } from "./message.ts";
import type { Action, Step } from "./schedule.ts";

const mostActors = 48;
/** Longer than every backoff, stop timeout and timer of the model together. */
const restMs = 30_000;

/** More than the promises that lie between a gate and the kernel. */
const mostHops = 20;

/** Restarts of what lies directly below the root. */
export const rootBudget = { max: 3, withinMs: 1_000 } as const;

interface Gate {
  open(): void;
  fail(error: Error): void;
}

/** One run of a schedule: the actors, what they wait for, and the history that is written while they run. */
export class World {
  readonly kernel: TestKernel;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly actors: Address<ModelMessage>[] = [];
  /** From now on nothing fails and nobody waits. */
  calm = false;
  /** Messages and asks that were sent. */
  told = 0;
  openAsks = 0;
  readonly #abandoned = new Set<ActorId>();
  readonly #gone = new Set<ActorId>();
  readonly #gates: Gate[] = [];
  readonly #sequences = new Map<string, number>();

  constructor(kind: DispatcherKind, seed: number) {
    this.random = seededRandom(seed);
    this.kernel = new TestKernel(kind, {
      seed: seed + 1,
      supervision: {
        whenExhausted: "stop",
        maxRestarts: rootBudget.max,
        withinMs: rootBudget.withinMs,
        backoff: undefined,
      },
      heard: (line) => {
        noteAbandoned(this.recorder, line);
        if (line.msg.includes("abandoned")) this.#abandoned.add(`${line.path ?? "?"}#${line.incarnation ?? 0}`);
      },
    });
    const { clock } = this.kernel;
    this.recorder = new Recorder(() => clock.monotonicMs());
  }

  /** Takes the steps, lets everything come to rest, then stops the system. */
  async play(steps: readonly Step[]): Promise<History> {
    for (const step of steps) {
      await this.#take(step);
      // As on a real event loop, no timer fires between a promise and what waits for it.
      for (let hop = 0; hop < mostHops; hop += 1) await Promise.resolve();
    }
    this.calm = true;
    for (const gate of this.#gates.splice(0)) gate.open();
    await this.kernel.advance(restMs);
    this.#noteGone();
    this.#noteCounters();
    this.recorder.note({ type: "quiet" });
    await this.kernel.complete(this.kernel.system.stop());
    this.#noteGone();
    this.#noteCounters();
    return this.recorder.history;
  }

  get full(): boolean {
    return this.actors.length >= mostActors;
  }

  chance(outOfHundred: number): boolean {
    return !this.calm && this.random.below(100) < outOfHundred;
  }

  pick(which: number): Address<ModelMessage> {
    const address = this.actors[which % this.actors.length];
    if (address === undefined) throw new Error("the world has no actor");
    return address;
  }

  /** A promise that the schedule settles. */
  async gate(): Promise<void> {
    if (this.calm) return;
    await new Promise<void>((resolve, reject) => this.#gates.push({ open: resolve, fail: reject }));
  }

  /** Whether the kernel has given up on a handler of this actor: what it does now is nobody's promise. */
  abandoned(actor: ActorId): boolean {
    return this.#abandoned.has(actor);
  }

  spawned(
    address: Address<ModelMessage>,
    parent: ActorId | undefined,
    restarts: { readonly max: number; readonly withinMs: number },
  ): void {
    this.actors.push(address);
    this.recorder.note({ type: "spawn", actor: actorId(address), parent, restarts });
  }

  gone(actor: ActorId): void {
    if (this.#gone.has(actor)) return;
    this.#gone.add(actor);
    this.recorder.note({ type: "stopped", actor });
  }

  tell(from: string, to: Address<ModelMessage>, action: Action): void {
    to.tell({ type: "do", origin: this.#sent(from, to), action });
  }

  ask(from: string, to: Address<ModelMessage>, action: Action, timeoutMs: number): void {
    this.openAsks += 1;
    const settled = (): void => {
      this.openAsks -= 1;
    };
    const origin = this.#sent(from, to);
    to.ask<true>((replyTo) => ({ type: "do", origin, action, replyTo }), timeoutMs).then(settled, settled);
  }

  #sent(from: string, to: Address<ModelMessage>): Origin {
    const pair = `${from} ${actorId(to)}`;
    const sequence = (this.#sequences.get(pair) ?? 0) + 1;
    this.#sequences.set(pair, sequence);
    const origin = { from, sequence };
    this.told += 1;
    this.recorder.note({ type: "tell", to: actorId(to), origin });
    return origin;
  }

  async #take(step: Step): Promise<void> {
    switch (step.step) {
      case "tell":
        return this.tell("outside", this.pick(step.to), step.action);
      case "kill":
        this.kernel.system.kill(this.pick(step.which).path, "the schedule says so");
        return;
      case "gate": {
        const [gate] = this.#gates.splice(step.which % Math.max(1, this.#gates.length), 1);
        if (step.fails) gate?.fail(new Error("the gate failed"));
        else gate?.open();
        return;
      }
      case "advance":
        return this.kernel.clock.advance(step.ms);
      case "run":
        for (let turn = 0; turn < step.turns; turn += 1) await this.kernel.step();
        return;
    }
  }

  /** Notes those that have stopped, children before parents. */
  #noteGone(): void {
    for (const address of this.actors.toReversed()) {
      if (this.kernel.system.find(address.path)?.incarnation !== address.incarnation) this.gone(actorId(address));
    }
  }

  #noteCounters(): void {
    const { sent, handled, deadLetters, dropped, waiting } = this.kernel.system.counters();
    this.recorder.note({ type: "counters", sent, handled, deadLetters, dropped, waiting });
  }
}
