import { asError } from "../../../base/errors.ts";
import { PlaybookError } from "../errors.ts";
import type { ExecutedBy, JournaledStep, StepEnd, StepResult, StepStart } from "../journal.ts";
import type { ToChild } from "../protocol/messages.ts";
import type { RunHandlers } from "../runner.ts";

type Keep = Pick<RunHandlers, "stepsStarted" | "stepsEnded">;

export interface JournalRelaySetup {
  readonly journal: readonly JournaledStep[];
  /** Who may execute steps of the playbook: a module that speaks for its process must not have its node execute commands. */
  readonly executors: readonly ExecutedBy[];
  readonly keep: Keep;
  /** Tells the process what is kept. */
  readonly send: (message: ToChild) => void;
  /** What was told could not be kept. Nothing is kept after it. */
  readonly onLost: (error: Error) => void;
}

const protocol = (message: string): PlaybookError => new PlaybookError("protocol", message);

/** It holds neither a process nor a node while it is open. */
const waitsOutside = ({ by }: StepStart): boolean => by === "person" || by === "timer";
/** How it ends is known to the node, which tells its process. */
const endsOutside = ({ by }: StepStart): boolean => by === "person" || by === "node";

/**
 * Passes on what the process of a run tells of its steps, one call at a time in the order told, and tells it what is kept. It holds the
 * process to the rules of a journal: steps are numbered without gaps, each ends once and after its start is kept, of starts as of ends no
 * more is told before the last was answered, and what a person or the node knows is told by none but them. What breaks them is thrown,
 * since the process is not what it should be.
 */
export class JournalRelay {
  readonly #setup: JournalRelaySetup;
  /** Steps that may end: their starts are kept and their ends were not told. */
  readonly #open: Map<number, StepStart>;
  /** Those of them whose result the process was given. */
  readonly #given = new Set<number>();
  #lastStarted: number;
  #startsWait = false;
  #endsWait = false;
  /** Calls that are not kept yet. */
  #keeping = 0;
  #over = false;
  /** No more starts are kept; told when nothing is under way. */
  #idle: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(setup: JournalRelaySetup) {
    this.#setup = setup;
    this.#lastStarted = setup.journal.length;
    this.#open = new Map(setup.journal.filter(({ end }) => end === undefined).map((step) => [step.n, step]));
  }

  /** A step was started and not told to have ended. */
  get isUnderWay(): boolean {
    return this.#startsWait || this.#open.size > 0;
  }

  /** There are steps that have not ended, all of them by persons and timers, and all that was told is kept. */
  get onlyWaits(): boolean {
    return this.#keeping === 0 && this.#open.size > 0 && this.#nothingRuns;
  }

  get #nothingRuns(): boolean {
    return [...this.#open.values()].every(waitsOutside);
  }

  /** A step that has not ended; undefined: its start is not kept, or its end was told. */
  openStep(n: number): StepStart | undefined {
    return this.#open.get(n);
  }

  /** Gives the process the result of an open step by `node` or `person`. Without effect for any other, and the second time. */
  settle(n: number, result: StepResult): void {
    const step = this.#open.get(n);
    if (this.#over || step === undefined || !endsOutside(step) || this.#given.has(n)) return;
    this.#given.add(n);
    this.#setup.send({ type: "settled", n, result });
  }

  /** @throws PlaybookError `protocol` */
  started(steps: readonly StepStart[]): void {
    if (this.#startsWait) throw protocol("it told starts before the last ones were answered");
    for (const { n, by } of steps) {
      if (n !== this.#lastStarted + 1) throw protocol(`it started step ${n} after step ${this.#lastStarted}`);
      if (!this.#setup.executors.includes(by)) throw protocol(`it started step ${n} by ${by}, which it must not`);
      this.#lastStarted = n;
    }
    this.#startsWait = true;
    this.#enqueue(async () => {
      if (this.#idle !== undefined) return undefined;
      await this.#setup.keep.stepsStarted(steps);
      this.#startsWait = false;
      for (const step of steps) this.#open.set(step.n, step);
      return { type: "started-kept", upTo: this.#lastStarted };
    });
  }

  /** @throws PlaybookError `protocol` */
  ended(ends: readonly StepEnd[]): void {
    if (this.#endsWait) throw protocol("it told ends before the last ones were answered");
    for (const end of ends) this.#close(end);
    this.#endsWait = true;
    this.#enqueue(async () => {
      await this.#setup.keep.stepsEnded(ends);
      this.#endsWait = false;
      return { type: "ended-kept", ns: ends.map(({ n }) => n) };
    });
  }

  #close({ n, result }: StepEnd): void {
    const step = this.#open.get(n);
    if (step === undefined) throw protocol(`it ended step ${n}, which is not under way`);
    const isAnswer = result.state === "failed" && result.error.code === "answered";
    const isOurs = endsOutside(step) && (result.state === "done" || isAnswer);
    if ((isOurs && !this.#given.has(n)) || (isAnswer && step.by !== "person")) {
      throw protocol(`it told a result of step ${n}, by ${step.by}, that it does not have from there`);
    }
    this.#open.delete(n);
    this.#given.delete(n);
  }

  /**
   * Keeps no more starts, but those that are being kept now: the process waits for the others in vain. Ends are kept as before.
   * @param idle called once no step is under way but by persons and timers, and all that was told is kept; at once if that is so now
   */
  quiesce(idle: () => void): void {
    if (this.#idle !== undefined) return;
    this.#idle = idle;
    this.#tellIdle();
  }

  /** Nothing more is kept, but what is being kept now. */
  stop(): void {
    this.#over = true;
  }

  /** Resolves once all that was told is kept, or is not going to be. Never rejects. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** @param keep resolves with what the process is told; with nothing when it was not kept */
  #enqueue(keep: () => Promise<ToChild | undefined>): void {
    this.#keeping += 1;
    this.#last = this.#last.then(async () => {
      if (this.#over) return;
      try {
        const kept = await keep();
        if (kept !== undefined) this.#setup.send(kept);
      } catch (thrown) {
        this.#over = true;
        this.#setup.onLost(asError(thrown));
      }
      this.#keeping -= 1;
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (!this.#over && this.#keeping === 0 && this.#nothingRuns) this.#idle?.();
  }
}
