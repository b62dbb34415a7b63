import type { Clock } from "../../../../base/clock.ts";
import { nextTurn } from "../../../../base/event-loop.ts";
import type { Json } from "../../../../base/json.ts";
import type { ExecutedBy, StepEnd, StepResult, StepStart } from "../../journal.ts";
import type { FromChild } from "../../protocol/messages.ts";
import type { ActionThreads } from "../threads/thread-pool.ts";
import { NodeSteps, PersonSteps } from "./executors/outside-steps.ts";
import { abortedResult, notBegun, type StepExecutor } from "./executors/step-executor.ts";
import { ThreadSteps } from "./executors/thread-steps.ts";
import { TimerSteps } from "./executors/timer-steps.ts";
import { KeptBatches } from "./kept-batches.ts";
import { OpenWork } from "./open-work.ts";
import type { Replay } from "./replay.ts";

/** A step that a playbook wants. */
export interface StepRequest {
  readonly name: string;
  /** Within `playbookBounds.valueBytes`. Of a timer, a `timerInput`. */
  readonly input: Json;
  readonly by: ExecutedBy;
  readonly idempotent: boolean;
  /** What only its thread gets. */
  readonly withheld?: Json | undefined;
  /** How long it may take, by `thread`, in milliseconds. Absent: as the node says. */
  readonly timeoutMs?: number | undefined;
}

interface StepsSettings {
  /** Of a step by `thread` that says none. */
  readonly actionTimeoutMs: number;
  /** Whether a thread has an action of that name. */
  readonly knows: (name: string) => boolean;
  readonly replay: Replay;
  readonly threads: ActionThreads;
  readonly clock: Clock;
  readonly tell: (message: FromChild) => void;
  /** Called when the playbook can hear of nothing before it has started something that it had started in an earlier execution. */
  readonly waits: () => void;
  /** Called when only persons and timers can let the playbook go on, with when the first timer ends. */
  readonly idles: (untilMs: number | undefined) => void;
}

/** A step that has not settled. */
interface OpenStep {
  readonly request: StepRequest;
  /** As it is kept. */
  readonly start: StepStart;
  /** When it was kept, in an earlier execution. */
  readonly startedAtMs: number | undefined;
  isRunning: boolean;
  isAborted: boolean;
}

/** A process is kept for a timer that ends before: another one would hardly be there by then. */
const soonMs = 2_000;

/**
 * The steps of a run, from their start to the playbook's hearing of the result. Each start and each end is kept by the node before
 * anything follows from it. The playbook hears of one result at a time, and of the next after all that follows from it at once has
 * happened.
 */
export class Steps {
  readonly #settings: StepsSettings;
  readonly #executors: Readonly<Record<ExecutedBy, StepExecutor>>;
  readonly #persons = new PersonSteps();
  readonly #nodes: NodeSteps;
  readonly #timers: TimerSteps;
  /** Who hears of each step, in the order of their starts. */
  readonly #listeners: ((result: StepResult) => void)[] = [];
  readonly #open = new Map<number, OpenStep>();
  /** Steps that have settled and whose end is not kept. */
  #ending = 0;
  readonly #starts: KeptBatches<StepStart>;
  readonly #ends: KeptBatches<StepEnd>;
  /** Results that are kept and that the playbook has not heard of. */
  readonly #news: StepEnd[] = [];
  #heard = 0;
  #isTelling = false;
  #isStopped = false;
  /** Steps of which the playbook has not heard how they ended. */
  readonly unheard = new OpenWork();
  /** Steps that may have effects, or whose end is not kept. */
  readonly unfinished = new OpenWork();

  constructor(settings: StepsSettings) {
    this.#settings = settings;
    const { threads, actionTimeoutMs: timeoutMs, knows, clock, replay, tell } = settings;
    this.#nodes = new NodeSteps(tell);
    this.#timers = new TimerSteps(clock, replay.executesAgain);
    this.#executors = {
      thread: new ThreadSteps({ threads, timeoutMs, knows }),
      node: this.#nodes,
      person: this.#persons,
      timer: this.#timers,
    };
    this.#starts = new KeptBatches(
      (steps) => tell({ type: "started", steps }),
      ({ n }) => this.#execute(n),
    );
    this.#ends = new KeptBatches(
      (ends) => tell({ type: "ended", ends }),
      (end) => {
        this.#ending -= 1;
        this.#news.push(end);
        this.unfinished.end();
        this.#tellSoon();
      },
    );
  }

  /** How many were started so far. */
  get started(): number {
    return this.#listeners.length;
  }

  /**
   * Starts a step.
   * @param heard called once, when the playbook is to hear how it ended
   * @returns its place in the order of starts: 1, 2, …
   * @throws NotDeterministic
   */
  start(request: StepRequest, heard: (result: StepResult) => void): number {
    if (this.#isStopped) throw new Error("the run has failed: it starts nothing more");
    const n = this.#listeners.length + 1;
    const { name, input, by, idempotent } = request;
    const before = this.#settings.replay.expect(n, request);

    this.#listeners.push(heard);
    this.unheard.begin();
    if (before?.end === undefined) {
      this.unfinished.begin();
      const start = before ?? { n, name, input, by, idempotent, heard: this.#heard };
      const startedAtMs = before?.startedAtMs;
      this.#open.set(n, { request, start, startedAtMs, isRunning: false, isAborted: false });
      if (before === undefined) this.#starts.add(start);
      else this.#execute(n);
    }
    this.#tellSoon();
    return n;
  }

  /** The playbook wants a step no longer. Without effect for one that has settled, now or in an earlier execution. */
  abort(n: number): void {
    const step = this.#open.get(n);
    if (step === undefined || step.isAborted) return;
    step.isAborted = true;
    if (step.isRunning) this.#executors[step.request.by].abort(n);
  }

  /** The node has kept the starts up to this one. */
  startsKept(upTo: number): void {
    this.#starts.keep(({ n }) => n <= upTo);
  }

  /** The node has kept these ends. */
  endsKept(ns: readonly number[]): void {
    const kept = new Set(ns);
    this.#ends.keep(({ n }) => kept.has(n));
  }

  /** The node says how a step by itself or by a person ended. */
  settled(n: number, result: StepResult): void {
    if (this.#nodes.has(n)) this.#nodes.settle(n, result);
    else this.#persons.settle(n, result);
  }

  /** Begins nothing more; what runs goes on, but for what merely waits. */
  stop(): void {
    this.#isStopped = true;
    for (const executor of Object.values(this.#executors)) executor.stop();
  }

  #execute(n: number): void {
    const step = this.#open.get(n);
    if (step === undefined) return;
    const { request, startedAtMs = this.#settings.clock.wallMs() } = step;
    if (this.#isStopped) this.#settle(n, notBegun);
    else if (step.isAborted) this.#settle(n, abortedResult);
    else {
      step.isRunning = true;
      const { withheld, timeoutMs } = request;
      const { name, input } = step.start;
      const executed = { n, name, input, withheld, timeoutMs, startedAtMs };
      this.#executors[request.by].execute(executed, (result) => this.#settle(n, result));
    }
    this.#tellSoon();
  }

  #settle(n: number, result: StepResult): void {
    const step = this.#open.get(n);
    if (step === undefined) return;
    this.#open.delete(n);
    this.#ending += 1;
    this.#ends.add({ n, result: step.isAborted && result.state === "failed" ? abortedResult : result });
  }

  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    await nextTurn();
    let end = this.#next();
    for (; typeof end === "object"; end = this.#next()) {
      this.#heard += 1;
      this.#listeners[end.n - 1]?.(end.result);
      await nextTurn();
      this.unheard.end();
    }
    this.#isTelling = false;
    if (end === "wait") this.#settings.waits();
    else this.#idleIfSo();
  }

  #next(): StepEnd | "wait" | "over" {
    const earlier = this.#settings.replay.next(this.#listeners.length);
    return earlier === "over" ? (this.#news.shift() ?? "over") : earlier;
  }

  /** The playbook has heard of all that is known. */
  #idleIfSo(): void {
    if (this.#isStopped || this.#open.size === 0 || this.#ending > 0) return;
    const open = [...this.#open.values()];
    if (!open.every(({ isRunning, request: { by } }) => isRunning && (by === "person" || by === "timer"))) return;
    const untilMs = this.#timers.earliestMs;
    if (untilMs !== undefined && untilMs < this.#settings.clock.wallMs() + soonMs) return;
    this.#settings.idles(untilMs);
  }
}
