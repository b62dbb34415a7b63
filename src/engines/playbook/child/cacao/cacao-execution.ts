import { unreachable } from "../../../../base/unreachable.ts";
import type { CacaoBundle } from "../../cacao/run/bundle.ts";
import { interpret } from "../../cacao/run/interpret.ts";
import type { PrepareCommand } from "../../cacao/run/prepare.ts";
import type { CacaoEnd, CacaoRun, StartedStep } from "../../cacao/run/run-port.ts";
import type { StepResult } from "../../journal.ts";
import { timerInput } from "../run/executors/timer-input.ts";
import { type Conclusion, JournaledRun, type RunSetup } from "../run/journaled-run.ts";
import type { ServedRun } from "../run/served-run.ts";
import type { StepRequest } from "../run/steps.ts";
import { outputVariables } from "./output-variables.ts";

export interface CacaoExecutionSettings extends RunSetup {
  readonly bundle: CacaoBundle;
  /** Fills variables into commands. What it makes can be kept. */
  readonly prepare: PrepareCommand;
}

/** Executes a CACAO playbook: its interpreter, over the journal of the run. */
export class CacaoExecution implements ServedRun {
  readonly #settings: CacaoExecutionSettings;
  readonly #journaled: JournaledRun;

  constructor(settings: CacaoExecutionSettings) {
    this.#settings = settings;
    // The interpreter goes on as soon as it hears of something, or not at all.
    this.#journaled = new JournaledRun({ ...settings, knows: () => true, isBusy: () => false });
  }

  async execute(): Promise<Conclusion> {
    const conclusion = await Promise.race([this.#interpret(), this.#journaled.ending]);
    if (conclusion.type !== "waits") await this.#journaled.unfinished.none();
    return conclusion;
  }

  startsKept(upTo: number): void {
    this.#journaled.startsKept(upTo);
  }

  endsKept(ns: readonly number[]): void {
    this.#journaled.endsKept(ns);
  }

  settled(n: number, result: StepResult): void {
    this.#journaled.settled(n, result);
  }

  cancel(): void {
    this.#settings.threads.abort("the run is cancelled");
  }

  uncaught(thrown: unknown): void {
    this.#journaled.uncaught(thrown);
  }

  async #interpret(): Promise<Conclusion> {
    const { bundle, prepare, load } = this.#settings;
    try {
      const end = await interpret(bundle, this.#offer(), load.cacao, prepare);
      return this.#journaled.checkComplete() ?? this.#conclude(end);
    } catch (thrown) {
      this.#journaled.uncaught(thrown);
      return this.#journaled.ending;
    }
  }

  #conclude(end: CacaoEnd): Conclusion {
    switch (end.type) {
      case "done": {
        const { output, isCut } = outputVariables(end.variables);
        if (isCut)
          this.#journaled.log("warn", "the values of the playbook's variables are cut: together they are too long");
        return { type: "done", output };
      }
      case "skipped":
        return end;
      case "failed":
        return this.#journaled.refuse("step", end.message);
      default:
        return unreachable(end);
    }
  }

  /** What the interpreter has in its hands. */
  #offer(): CacaoRun {
    const { runId, event, startedAtMs, variables } = this.#settings.load;
    return {
      id: runId,
      event,
      startedAtMs,
      variables,
      start: ({ name, by, input, withheld, idempotent }, timeoutMs) =>
        this.#start({ name, by, input, withheld, idempotent, timeoutMs }),
      startTimer: (ms, { step, of }) =>
        this.#start({ name: of, by: "timer", input: timerInput(step, ms), idempotent: true }),
      log: (level, text) => this.#journaled.log(level, text),
    };
  }

  #start(request: StepRequest): StartedStep {
    let hear: (result: StepResult) => void = () => undefined;
    const outcome = new Promise<StepResult>((resolve) => {
      hear = resolve;
    });
    const n = this.#journaled.start(request, (result) => hear(result));
    return { n, outcome, abort: () => this.#journaled.abort(n) };
  }
}
