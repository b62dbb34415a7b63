import type { StepResult } from "../../../journal.ts";
import type { ActionThreads } from "../../threads/thread-pool.ts";
import { type ExecutedStep, notBegun, type StepExecutor } from "./step-executor.ts";

interface ThreadStepsSettings {
  readonly threads: ActionThreads;
  /** Of a step that says none. */
  readonly timeoutMs: number;
  /** Whether there is an action of that name. */
  readonly knows: (name: string) => boolean;
}

/** Executes steps on threads of this process. */
export class ThreadSteps implements StepExecutor {
  readonly #settings: ThreadStepsSettings;

  constructor(settings: ThreadStepsSettings) {
    this.#settings = settings;
  }

  execute({ n, name, input, withheld, timeoutMs }: ExecutedStep, settled: (result: StepResult) => void): void {
    const { threads, knows } = this.#settings;
    if (knows(name))
      threads.run({ n, name, input, withheld, timeoutMs: timeoutMs ?? this.#settings.timeoutMs, settled });
    else {
      const message = `the playbook has no action "${name}"`;
      settled({ state: "failed", error: { code: "unknown-action", message } });
    }
  }

  abort(n: number): void {
    this.#settings.threads.abortStep(n, "the playbook wants it no longer");
  }

  /** What runs goes on: it may have effects. */
  stop(): void {
    for (const job of this.#settings.threads.takeWaiting()) job.settled(notBegun);
  }
}
