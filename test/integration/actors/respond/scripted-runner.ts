import {
  PlaybookError,
  type ExecutedBy,
  type RunEnd,
  type PlaybookExecution,
  type PlaybookRunner,
  type RunHandlers,
  type RunWork,
  type StepResult,
} from "../../../../src/engines/playbook/index.ts";
import type { Json } from "../../../../src/base/json.ts";

/** One execution whose playbook is played by the test. */
export class ScriptedExecution implements PlaybookExecution {
  readonly work: RunWork;
  readonly ended: Promise<RunEnd>;
  cancelled = false;
  /** It was asked to start no step any more. */
  quiescing = false;
  over = false;
  /** What persons said to it. */
  readonly answers: { readonly n: number; readonly result: StepResult }[] = [];
  readonly #handlers: RunHandlers;
  readonly #resolve: (end: RunEnd) => void;
  readonly #free: () => void;

  constructor(work: RunWork, handlers: RunHandlers, free: () => void) {
    this.work = work;
    this.#handlers = handlers;
    this.#free = free;
    let settle: (end: RunEnd) => void = () => undefined;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.#resolve = settle;
  }

  /** Tells that a step starts; resolves when it may have its effect. */
  start(
    n: number,
    name = "block",
    options: { readonly idempotent?: boolean; readonly input?: Json; readonly by?: ExecutedBy } = {},
  ): Promise<void> {
    const { idempotent = false, input = null, by = "thread" } = options;
    return this.#handlers.stepsStarted([{ n, name, input, by, idempotent, heard: 0 }]);
  }

  end(n: number, result: StepResult = { state: "done", output: n }): Promise<void> {
    return this.#handlers.stepsEnded([{ n, result }]);
  }

  log(text: string): void {
    this.#handlers.logged([{ atMs: 1, level: "info", text }]);
  }

  /** No process of it is alive from now on. */
  finish(end: RunEnd): void {
    if (this.over) return;
    this.over = true;
    this.#resolve(end);
    this.#free();
  }

  answer(n: number, result: StepResult): void {
    this.answers.push({ n, result });
  }

  cancel(): void {
    this.cancelled = true;
    this.finish({ type: "cancelled" });
  }

  quiesce(): void {
    this.quiescing = true;
  }
}

/** A pool of processes that exist in the test only. */
export class ScriptedRunner implements PlaybookRunner {
  /** Every execution since the start. */
  readonly executions: ScriptedExecution[] = [];
  /** Told of each one as it begins. */
  began: (execution: ScriptedExecution) => void = () => undefined;
  readonly #max: number;
  readonly #listeners = new Set<() => void>();

  constructor(max: number) {
    this.#max = max;
  }

  get alive(): readonly ScriptedExecution[] {
    return this.executions.filter(({ over }) => !over);
  }

  get free(): number {
    return this.#max - this.alive.length;
  }

  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(work: RunWork, handlers: RunHandlers): ScriptedExecution {
    if (this.free <= 0) throw new PlaybookError("no-process", "every process is taken");
    const execution = new ScriptedExecution(work, handlers, () => {
      for (const listener of this.#listeners) listener();
    });
    this.executions.push(execution);
    this.began(execution);
    return execution;
  }

  close(): Promise<void> {
    for (const execution of this.alive) execution.finish({ type: "lost", message: "closed" });
    return Promise.resolve();
  }

  /** The execution at a place in the order of starts. */
  at(index: number): ScriptedExecution {
    const execution = this.executions[index];
    if (execution === undefined) throw new Error(`only ${this.executions.length} executions were started`);
    return execution;
  }
}
