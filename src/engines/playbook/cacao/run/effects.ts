import type { StepResult } from "../../journal.ts";
import { playbookBounds } from "../../playbook.ts";
import type { CommandCall } from "../commands/call.ts";
import { cacaoBounds } from "../model/playbook.ts";
import type { CancelScope } from "./cancel-scope.ts";
import type { CacaoRun, StartedStep } from "./run-port.ts";

/** A bound of the run is reached. */
export class Exhausted extends Error {}

type TimerPurpose = Parameters<CacaoRun["startTimer"]>[1];

/** All that the interpretation of a run starts, with the bounds of a run. */
export class Effects {
  readonly #run: CacaoRun;
  readonly #open = new Set<Promise<StepResult>>();
  #visits = 0;
  #steps = 0;

  constructor(run: CacaoRun) {
    this.#run = run;
  }

  /** Counts a step of a workflow that the run comes by. @throws Exhausted */
  visit(): void {
    this.#visits += 1;
    if (this.#visits > cacaoBounds.visits) throw new Exhausted(`a run comes by at most ${cacaoBounds.visits} steps`);
  }

  /**
   * Executes a command.
   * @param cancel aborts it
   * @throws Exhausted
   */
  command(call: CommandCall, timeoutMs: number | undefined, cancel: CancelScope): Promise<StepResult> {
    this.#count();
    return cancel.outcomeOf(this.#follow(this.#run.start(call, timeoutMs)));
  }

  /** Lets time pass. It is aborted by whoever starts it. @throws Exhausted */
  timer(ms: number, purpose: TimerPurpose): StartedStep {
    this.#count();
    return this.#follow(this.#run.startTimer(ms, purpose));
  }

  /** Resolves when all that was started has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#open);
  }

  #count(): void {
    this.#steps += 1;
    if (this.#steps > playbookBounds.steps) {
      throw new Exhausted(`a run has at most ${playbookBounds.steps} commands, delays and timeouts`);
    }
  }

  #follow(step: StartedStep): StartedStep {
    const { outcome } = step;
    this.#open.add(outcome);
    void outcome.then(() => this.#open.delete(outcome));
    return step;
  }
}
