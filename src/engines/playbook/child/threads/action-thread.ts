import type { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../../../base/clock.ts";
import type { StepError, StepResult } from "../../journal.ts";
import type { LogLine } from "../../runner.ts";
import { shortened, stackOf } from "../../protocol/error-text.ts";
import { textBounds } from "../../protocol/messages.ts";
import type { ActionCall, FromThread, ThreadWork, ToThread } from "./thread-messages.ts";

/** How long an action whose signal was aborted has to end by itself, before its thread is ended. */
const graceMs = 250;
/** How long a thread may take to come up and to load the playbook, before the time of its first action is over too. */
const longestLoadMs = 10_000;

/** One action to be run on a thread. */
export interface ActionJob extends ActionCall {
  readonly timeoutMs: number;
  readonly settled: (result: StepResult) => void;
}

/** What a thread tells its pool. */
export interface ThreadListener {
  /** It has no action now. */
  readonly idle: (thread: ActionThread) => void;
  /** It is no more. Told once, after its action has settled. */
  readonly ended: (thread: ActionThread) => void;
  readonly logged: (line: LogLine) => void;
}

const whyItDied = (thrown: unknown, memoryMb: number): string =>
  thrown instanceof Error && "code" in thrown && thrown.code === "ERR_WORKER_OUT_OF_MEMORY"
    ? `its thread needed more than ${memoryMb} MB of memory`
    : `its thread died: ${stackOf(thrown)}`;

/** A thread that runs one action after the other, as its main thread sees it. */
export class ActionThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #listener: ThreadListener;
  /** A thread that has ended no longer says. */
  readonly #memoryMb: number;
  #job: ActionJob | undefined;
  #timer: Timer | undefined;
  /** Its action is to end, and its thread with it if it does not. */
  #isEnding = false;
  /** What the action that runs has failed of, though its thread has not ended yet. */
  #verdict: StepError | undefined;
  #death: unknown;
  /** Resolves when it can run actions, or has ended before. */
  readonly up: Promise<void>;
  #isUp: () => void = () => undefined;

  constructor(worker: Worker, clock: Clock, listener: ThreadListener) {
    this.#worker = worker;
    this.#clock = clock;
    this.#listener = listener;
    this.#memoryMb = worker.resourceLimits?.maxOldGenerationSizeMb ?? 0;
    this.up = new Promise((resolve) => {
      this.#isUp = resolve;
    });
    worker.on("message", this.#heard).on("error", this.#failed).on("exit", this.#exited);
  }

  load(work: ThreadWork): void {
    this.#tell({ type: "load", work });
  }

  /** Runs an action. The thread has none at the moment. */
  run(job: ActionJob): void {
    this.#job = job;
    const { n, name, input, withheld } = job;
    this.#tell({ type: "call", call: { n, name, input, withheld } });
    this.#arm(job, job.timeoutMs + longestLoadMs);
  }

  /** The step of the action that it runs; undefined: it runs none. */
  get step(): number | undefined {
    return this.#job?.n;
  }

  /** Has the action end: by its signal first, then with its thread. What it has done by then counts. */
  endAction(reason: string): void {
    if (this.#job === undefined || this.#isEnding) return;
    this.#isEnding = true;
    this.#timer?.cancel();
    this.abort(reason);
    this.#timer = this.#clock.after(graceMs, () => void this.#worker.terminate());
  }

  #arm({ name, timeoutMs }: ActionJob, delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delayMs, () => {
      this.#verdict = { code: "timeout", message: `${name} took longer than ${timeoutMs} ms` };
      this.endAction(this.#verdict.message);
    });
  }

  /** Aborts the signal of the action that runs, if one does. */
  abort(reason: string): void {
    this.#tell({ type: "abort", reason });
  }

  readonly #heard = (message: FromThread): void => {
    switch (message.type) {
      case "ready":
        this.#isUp();
        break;
      case "began":
        if (this.#job?.n === message.n && !this.#isEnding) this.#arm(this.#job, this.#job.timeoutMs);
        break;
      case "logged":
        this.#listener.logged(message.line);
        break;
      case "settled":
        if (message.n !== this.#job?.n) break;
        this.#settle(this.#verdict === undefined ? message.result : { state: "failed", error: this.#verdict });
        this.#listener.idle(this);
        break;
    }
  };

  readonly #failed = (thrown: unknown): void => {
    this.#death = thrown;
  };

  readonly #exited = (code: number): void => {
    const why =
      this.#death === undefined ? `its thread ended itself with ${code}` : whyItDied(this.#death, this.#memoryMb);
    const error = this.#verdict ?? { code: "died", message: shortened(why, textBounds.chars) };
    this.#settle({ state: "failed", error });
    this.#isUp();
    this.#listener.ended(this);
  };

  #settle(result: StepResult): void {
    const job = this.#job;
    this.#timer?.cancel();
    this.#job = undefined;
    this.#isEnding = false;
    this.#verdict = undefined;
    job?.settled(result);
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }
}
