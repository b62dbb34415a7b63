import type { Clock, Timer } from "../../../../base/clock.ts";
import { asError } from "../../../../base/errors.ts";
import type { Random } from "../../../../base/random.ts";
import { PlaybookError } from "../../errors.ts";
import type { ProcessExit } from "./process-exit.ts";
import type { PlaybookLog, PoolLimits } from "../settings.ts";
import { StartBackoff } from "./start-backoff.ts";

/** What the pool has to know of a process. */
export interface PooledProcess {
  /** Resolves when it is gone. */
  readonly gone: Promise<ProcessExit>;
  kill(): void;
}

export interface ProcessPoolSetup<Process extends PooledProcess> {
  readonly limits: Pick<PoolLimits, "spare" | "max">;
  /** Resolves once the process is ready; rejects, with no process left, when it does not become so or the signal is aborted. */
  readonly start: (signal: AbortSignal) => Promise<Process>;
  /** Processes that may start at the same time for runs that wait: each start is the work of one core. */
  readonly startsAtOnce: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: PlaybookLog;
}

interface Waiting<Process> {
  readonly take: (child: Process) => void;
  readonly giveUp: (error: PlaybookError) => void;
}

/** Spares are started when no run was begun for so long: their start would take the processor from the runs. */
const calmMs = 100;

/**
 * The processes of a node: spares that are ready, those that start, and those that have a run. A process has one run and ends with it.
 * Runs go before spares: one that finds no spare gets the next process that is ready.
 */
export class ProcessPool<Process extends PooledProcess> {
  readonly #setup: ProcessPoolSetup<Process>;
  readonly #backoff: StartBackoff;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<Waiting<Process>>();
  /** The one that waited longest first. */
  readonly #spares = new Set<Process>();
  readonly #starts = new Set<Promise<void>>();
  /** Processes that have a run, until they are gone. */
  readonly #taken = new Set<Process>();
  /** Spares that nobody wants any more, until they are gone. */
  readonly #leaving = new Set<Process>();
  readonly #closing = new AbortController();
  #wantsSpares = false;
  #calm: Timer | undefined;
  #started = 0;
  #wasFree: number;

  constructor(setup: ProcessPoolSetup<Process>) {
    this.#setup = setup;
    this.#backoff = new StartBackoff(setup.clock, setup.random, () => this.#pump());
    this.#wasFree = this.free;
  }

  /** How often `take` would succeed now. */
  get free(): number {
    if (this.#closing.signal.aborted || (this.#backoff.isHopeless && this.#spares.size === 0)) return 0;
    return Math.max(0, this.#setup.limits.max - this.#taken.size - this.#waiting.size);
  }

  /** Processes that are there, those that are spare, and all that were ever started. */
  get counts(): { readonly alive: number; readonly spare: number; readonly started: number } {
    return { alive: this.#alive, spare: this.#spares.size, started: this.#started };
  }

  /** Told whenever `free` grows; returns how to end that. */
  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether spares are kept. Without them nothing is started before it is taken. */
  wantSpares(wanted: boolean): void {
    this.#wantsSpares = wanted;
    this.#pump();
  }

  /**
   * A process that is ready, for one run. It counts as taken until it is gone, and whoever took it ends it.
   * @param signal ends the waiting: it rejects
   * @throws PlaybookError `no-process` at once when `free` is 0; rejects with it when none can be started
   */
  take(signal: AbortSignal): Promise<Process> {
    if (this.free === 0) throw new PlaybookError("no-process", this.#whyNone(), { retryable: true });
    const taken = new Promise<Process>((resolve, reject) => {
      const leave = (): void => {
        waiting.giveUp(new PlaybookError("no-process", "the run ended before it had a process"));
        this.#pump();
      };
      const settle = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener("abort", leave);
      };
      const waiting: Waiting<Process> = {
        take: (child) => {
          settle();
          resolve(child);
        },
        giveUp: (error) => {
          settle();
          reject(error);
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener("abort", leave);
    });
    this.#becomeCalm();
    this.#pump();
    return taken;
  }

  /** Ends what has no run and starts nothing more; resolves when all processes are gone, those of runs too. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#calm?.cancel();
    this.#backoff.stop();
    this.#giveUpWaiting();
    for (const spare of this.#spares) this.#leave(spare);
    await Promise.all(this.#starts);
    await Promise.all([...this.#leaving, ...this.#taken].map(({ gone }) => gone));
  }

  get #alive(): number {
    return this.#taken.size + this.#leaving.size + this.#spares.size + this.#starts.size;
  }

  #pump(): void {
    for (const waiting of this.#waiting) {
      const [spare] = this.#spares;
      if (spare === undefined) break;
      this.#spares.delete(spare);
      this.#taken.add(spare);
      const failures = this.#backoff.succeeded();
      if (failures > 0) this.#setup.log.info({ failures }, "processes for playbooks can be started again");
      waiting.take(spare);
    }
    while (this.#shouldStart()) this.#startOne();
    this.#endSurplus();
    const wasFree = this.#wasFree;
    this.#wasFree = this.free;
    if (this.#wasFree > wasFree) for (const listener of [...this.#listeners]) listener();
  }

  #shouldStart(): boolean {
    if (this.#closing.signal.aborted || this.#backoff.waits || this.#alive >= this.#setup.limits.max) return false;
    if (this.#waiting.size > 0) return this.#starts.size < Math.min(this.#setup.startsAtOnce, this.#waiting.size);
    return this.#starts.size === 0 && this.#calm === undefined && this.#spares.size < this.#wantedSpares;
  }

  get #wantedSpares(): number {
    if (!this.#wantsSpares) return 0;
    const { spare, max } = this.#setup.limits;
    // After failures one is started to see whether it works again.
    const wanted = this.#backoff.isHopeless ? Math.max(1, spare) : spare;
    return Math.min(wanted, max - this.#taken.size - this.#waiting.size);
  }

  #startOne(): void {
    this.#started += 1;
    const starting = this.#setup
      .start(this.#closing.signal)
      .then((child) => this.#ready(child))
      .catch((thrown: unknown) => this.#failed({ err: asError(thrown) }))
      .finally(() => {
        this.#starts.delete(starting);
        this.#pump();
      });
    this.#starts.add(starting);
  }

  #ready(child: Process): void {
    this.#spares.add(child);
    if (this.#closing.signal.aborted) this.#leave(child);
    void child.gone.then((exit) => {
      this.#taken.delete(child);
      this.#leaving.delete(child);
      if (this.#spares.delete(child)) this.#failed({ exit });
      this.#pump();
    });
  }

  /** One that a run gets ends the count: what is ready and then ends before that is a failure too. */
  #failed(facts: object): void {
    if (this.#closing.signal.aborted) return;
    const failures = this.#backoff.failed();
    if (failures === 1) this.#setup.log.warn(facts, "a process for playbooks could not be started, or ended unused");
    if (this.#backoff.isHopeless) this.#giveUpWaiting();
  }

  #leave(spare: Process): void {
    this.#spares.delete(spare);
    this.#leaving.add(spare);
    spare.kill();
  }

  #giveUpWaiting(): void {
    const error = new PlaybookError("no-process", this.#whyNone(), { retryable: true });
    for (const waiting of [...this.#waiting]) waiting.giveUp(error);
  }

  #whyNone(): string {
    if (this.#closing.signal.aborted) return "the node ends its playbooks";
    if (this.#backoff.isHopeless) return "processes for playbooks cannot be started here";
    return `all ${this.#setup.limits.max} processes for playbooks have a run (respond.pool.max)`;
  }

  #becomeCalm(): void {
    this.#calm?.cancel();
    this.#calm = this.#setup.clock.after(calmMs, () => {
      this.#calm = undefined;
      this.#pump();
    });
  }

  #endSurplus(): void {
    if (this.#waiting.size > 0) return;
    for (const spare of [...this.#spares].slice(Math.max(0, this.#wantedSpares))) this.#leave(spare);
  }
}
