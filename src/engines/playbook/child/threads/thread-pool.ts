import type { Worker } from "node:worker_threads";
import type { Clock } from "../../../../base/clock.ts";
import type { LogLine } from "../../runner.ts";
import { type ActionJob, ActionThread } from "./action-thread.ts";
import type { ThreadWork } from "./thread-messages.ts";

/** What a run needs of its threads. */
export type ActionThreads = Pick<ThreadPool, "run" | "takeWaiting" | "abort" | "abortStep">;

/** Starts a thread that serves actions. */
export type StartActionThread = () => Worker;

interface PoolSettings {
  readonly start: StartActionThread;
  /** Threads that are started before there is anything to do. */
  readonly warm: number;
  readonly clock: Clock;
  readonly logged: (line: LogLine) => void;
}

/**
 * The threads of a run. Each action has one of its own while there are threads, of which more are started as they are needed; the
 * others wait in the order in which they came. How many can wait is bounded by the steps of a run.
 */
export class ThreadPool {
  readonly #settings: PoolSettings;
  readonly #threads = new Set<ActionThread>();
  readonly #idle: ActionThread[];
  readonly #waiting: ActionJob[] = [];
  #work: ThreadWork | undefined;
  #most: number;
  /** Resolves when the threads that are there at first have come up, or have failed to. */
  readonly ready: Promise<unknown>;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#most = settings.warm;
    this.#idle = Array.from({ length: settings.warm }, () => this.#start());
    this.ready = Promise.all(this.#idle.map(({ up }) => up));
  }

  /** Has the threads load the playbook. Called once, before the first job. */
  load(work: ThreadWork, mostThreads: number): void {
    this.#work = work;
    this.#most = mostThreads;
    for (const thread of this.#threads) thread.load(work);
  }

  /** Runs it when there is a thread for it. */
  run(job: ActionJob): void {
    this.#waiting.push(job);
    this.#next();
  }

  /** Aborts the signals of the actions that run. */
  abort(reason: string): void {
    for (const thread of this.#threads) thread.abort(reason);
  }

  /** Ends the action of one step, at once if no thread has begun it. */
  abortStep(n: number, reason: string): void {
    const at = this.#waiting.findIndex((job) => job.n === n);
    const [job] = at === -1 ? [] : this.#waiting.splice(at, 1);
    if (job !== undefined) job.settled({ state: "failed", error: { code: "aborted", message: reason } });
    else for (const thread of this.#threads) if (thread.step === n) thread.endAction(reason);
  }

  /** Takes out those that no thread has begun. */
  takeWaiting(): readonly ActionJob[] {
    return this.#waiting.splice(0);
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idle.pop() ?? (this.#threads.size < this.#most ? this.#start() : undefined);
      if (thread === undefined) return;
      const job = this.#waiting.shift();
      if (job !== undefined) thread.run(job);
    }
  }

  #start(): ActionThread {
    const thread = new ActionThread(this.#settings.start(), this.#settings.clock, {
      idle: (free) => {
        this.#idle.push(free);
        this.#next();
      },
      ended: this.#gone,
      logged: this.#settings.logged,
    });
    this.#threads.add(thread);
    if (this.#work !== undefined) thread.load(this.#work);
    return thread;
  }

  readonly #gone = (thread: ActionThread): void => {
    this.#threads.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#next();
  };
}
