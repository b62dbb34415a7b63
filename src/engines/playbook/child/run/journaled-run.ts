import type { Clock, Timer } from "../../../../base/clock.ts";
import type { StepResult } from "../../journal.ts";
import { playbookBounds } from "../../playbook.ts";
import type { FromChild, ToChild } from "../../protocol/messages.ts";
import type { RunFailure } from "../../runner.ts";
import { logLine } from "../log-line.ts";
import { messageOf, stackOf } from "../../protocol/error-text.ts";
import type { ActionThreads } from "../threads/thread-pool.ts";
import { NotDeterministic, Replay } from "./replay.ts";
import type { RunLog } from "./run-log.ts";
import { type StepRequest, Steps } from "./steps.ts";

export type Load = Extract<ToChild, { readonly type: "load" }>;
/** The last thing that a run says. */
export type Conclusion = Extract<FromChild, { readonly type: "done" | "skipped" | "failed" | "waits" }>;

/** What every execution of a playbook has of its process. */
export interface RunSetup {
  readonly load: Load;
  readonly threads: ActionThreads;
  readonly log: RunLog;
  readonly clock: Clock;
  readonly tell: (message: FromChild) => void;
}

export type Failure = Extract<Conclusion, { readonly type: "failed" }>;
/** What ends an execution before its playbook is through. */
type Ending = Extract<Conclusion, { readonly type: "failed" | "waits" }>;

export interface JournaledRunSettings extends RunSetup {
  /** Whether a thread has an action of that name. */
  readonly knows: (name: string) => boolean;
  /** Something of the playbook runs that may start steps. */
  readonly isBusy: () => boolean;
}

/** How long a playbook that goes on may take to start again what it had started, when nothing of it runs that could do so. */
const longestWaitMs = 5_000;

/**
 * What every execution of a playbook has, of whichever kind it is: its steps, held against those of earlier executions, and the first
 * thing that ends it before its time.
 */
export class JournaledRun {
  readonly #settings: JournaledRunSettings;
  readonly #replay: Replay;
  readonly #steps: Steps;
  readonly #ending: Promise<Ending>;
  #end: (conclusion: Ending) => void = () => undefined;
  #failure: Failure | undefined;
  #waiting: Timer | undefined;

  constructor(settings: JournaledRunSettings) {
    this.#settings = settings;
    const { load, threads, clock, tell, knows } = settings;
    this.#replay = new Replay(load.journal);
    this.#ending = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#steps = new Steps({
      actionTimeoutMs: load.actionTimeoutMs,
      knows,
      replay: this.#replay,
      threads,
      clock,
      tell,
      waits: () => this.#watchWait(),
      idles: (untilMs) => this.#end({ type: "waits", untilMs }),
    });
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Resolves when the run fails, or can go on only through persons and time. */
  get ending(): Promise<Ending> {
    return this.#ending;
  }

  /** Steps of which the playbook has not heard how they ended. */
  get unheard(): Steps["unheard"] {
    return this.#steps.unheard;
  }

  /** Steps that may have effects, or whose end is not kept. */
  get unfinished(): Steps["unfinished"] {
    return this.#steps.unfinished;
  }

  /** The place that the next step will have. */
  get next(): number {
    return this.#steps.started + 1;
  }

  /**
   * Starts a step.
   * @param heard called once, when the playbook is to hear how it ended
   * @returns its place in the order of starts
   * @throws RangeError beyond the steps of a run; NotDeterministic; both fail the run
   */
  start(request: StepRequest, heard: (result: StepResult) => void): number {
    if (this.#steps.started === playbookBounds.steps) {
      const message = `a run has at most ${playbookBounds.steps} steps`;
      this.refuse("too-large", message);
      throw new RangeError(message);
    }
    try {
      return this.#steps.start(request, heard);
    } catch (thrown) {
      if (thrown instanceof NotDeterministic) this.refuse("not-deterministic", messageOf(thrown));
      throw thrown;
    }
  }

  /** The playbook wants a step no longer. */
  abort(n: number): void {
    this.#steps.abort(n);
  }

  startsKept(upTo: number): void {
    this.#steps.startsKept(upTo);
  }

  endsKept(ns: readonly number[]): void {
    this.#steps.endsKept(ns);
  }

  /** How a step by the node or a person ended. */
  settled(n: number, result: StepResult): void {
    this.#steps.settled(n, result);
  }

  /** Something that nobody caught: the run fails. */
  uncaught(thrown: unknown): void {
    this.refuse("threw", stackOf(thrown));
  }

  /** Ends the run as failed, unless it has failed before. What runs ends first; nothing more begins. */
  refuse(reason: Extract<RunFailure, Failure["reason"]>, message: string): Failure {
    this.#failure ??= { type: "failed", reason, message };
    this.#steps.stop();
    this.#end(this.#failure);
    return this.#failure;
  }

  /** The playbook is through: it fails if it has left out something that it had started before. */
  checkComplete(): Failure | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const missing = this.#replay.missing(this.#steps.started);
    return missing === undefined
      ? undefined
      : this.refuse("not-deterministic", `step ${missing.n} (${missing.name}) was started before and not now`);
  }

  log(level: unknown, text: unknown): void {
    const { log, clock } = this.#settings;
    log.add(logLine(clock.wallMs(), level, text));
  }

  /** A playbook that does not start again what it had started hears of nothing more: it should not end by its deadline only. */
  #watchWait(): void {
    const { clock, isBusy } = this.#settings;
    const { started } = this.#steps;
    this.#waiting?.cancel();
    this.#waiting = clock.after(
      longestWaitMs,
      () => {
        const missing = this.#replay.missing(this.#steps.started);
        if (missing === undefined || this.#steps.started !== started) return;
        const step = `step ${missing.n} (${missing.name}) was started before and not now`;
        if (!isBusy()) this.refuse("not-deterministic", step);
        else this.log("warn", `${step}: the run waits for it`);
      },
      true,
    );
  }
}
