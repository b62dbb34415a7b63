import { asError } from "../../../base/errors.ts";
import { PlaybookError } from "../errors.ts";
import type { JournaledStep, StepEnd, StepStart } from "../journal.ts";
import type { ToChild } from "../protocol/messages.ts";
import type { RunHandlers } from "../runner.ts";

type Keep = Pick<RunHandlers, "stepsStarted" | "stepsEnded">;

export interface JournalRelaySetup {
  readonly journal: readonly JournaledStep[];
  readonly keep: Keep;
  /** Tells the process what is kept. */
  readonly send: (message: ToChild) => void;
  /** What was told could not be kept. Nothing is kept after it. */
  readonly onLost: (error: Error) => void;
}

/**
 * Passes on what the process of a run tells of its steps, one call at a time in the order told, and tells it what is kept. It holds the
 * process to the rules of a journal: steps are numbered without gaps, each ends once and after its start is kept, and of starts as of
 * ends no more is told before the last was answered. What breaks them is thrown, since the process is not what it should be.
 */
export class JournalRelay {
  readonly #setup: JournalRelaySetup;
  /** Steps that may end: their starts are kept and their ends were not told. */
  readonly #open: Set<number>;
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
    this.#open = new Set(setup.journal.filter(({ end }) => end === undefined).map(({ n }) => n));
  }

  /** A step was started and not told to have ended. */
  get isUnderWay(): boolean {
    return this.#startsWait || this.#open.size > 0;
  }

  /** @throws PlaybookError `protocol` */
  started(steps: readonly StepStart[]): void {
    if (this.#startsWait) throw new PlaybookError("protocol", "it told starts before the last ones were answered");
    for (const { n } of steps) {
      if (n !== this.#lastStarted + 1) {
        throw new PlaybookError("protocol", `it started step ${n} after step ${this.#lastStarted}`);
      }
      this.#lastStarted = n;
    }
    this.#startsWait = true;
    this.#enqueue(async () => {
      if (this.#idle !== undefined) return undefined;
      await this.#setup.keep.stepsStarted(steps);
      this.#startsWait = false;
      for (const { n } of steps) this.#open.add(n);
      return { type: "started-kept", upTo: this.#lastStarted };
    });
  }

  /** @throws PlaybookError `protocol` */
  ended(ends: readonly StepEnd[]): void {
    if (this.#endsWait) throw new PlaybookError("protocol", "it told ends before the last ones were answered");
    for (const { n } of ends) {
      if (!this.#open.delete(n)) throw new PlaybookError("protocol", `it ended step ${n}, which is not under way`);
    }
    this.#endsWait = true;
    this.#enqueue(async () => {
      await this.#setup.keep.stepsEnded(ends);
      this.#endsWait = false;
      return { type: "ended-kept", ns: ends.map(({ n }) => n) };
    });
  }

  /**
   * Keeps no more starts, but those that are being kept now: the process waits for the others in vain. Ends are kept as before.
   * @param idle called once no step is under way and all that was told is kept; at once if that is so now
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
    if (!this.#over && this.#keeping === 0 && this.#open.size === 0) this.#idle?.();
  }
}
