import type { StepResult } from "../../../journal.ts";
import type { FromChild } from "../../../protocol/messages.ts";
import { abortedResult, type ExecutedStep, type StepExecutor } from "./step-executor.ts";

/** What a node is told of its steps. */
type NodeOrder = Extract<FromChild, { readonly type: "run" | "abort" }>;
type Settled = (result: StepResult) => void;

/** Steps that somebody else executes, who says how they ended. */
class OutsideSteps {
  readonly #open = new Map<number, Settled>();
  /** Results of steps that the playbook, executed again, has yet to start. */
  readonly #early = new Map<number, StepResult>();

  begin({ n }: ExecutedStep, settled: Settled): void {
    this.#open.set(n, settled);
    const early = this.#early.get(n);
    if (early !== undefined) this.settle(n, early);
  }

  has(n: number): boolean {
    return this.#open.has(n);
  }

  get all(): readonly number[] {
    return [...this.#open.keys()];
  }

  settle(n: number, result: StepResult): void {
    const settled = this.#open.get(n);
    if (settled === undefined) this.#early.set(n, result);
    else {
      this.#open.delete(n);
      settled(result);
    }
  }
}

/** Steps that a person ends. Nothing is done here but waiting. */
export class PersonSteps implements StepExecutor {
  readonly #steps = new OutsideSteps();

  execute(step: ExecutedStep, settled: Settled): void {
    this.#steps.begin(step, settled);
  }

  /** A person has answered, maybe before the playbook, executed again, has started the step. */
  settle(n: number, result: StepResult): void {
    this.#steps.settle(n, result);
  }

  abort(n: number): void {
    if (this.#steps.has(n)) this.#steps.settle(n, abortedResult);
  }

  stop(): void {
    for (const n of this.#steps.all) this.abort(n);
  }
}

/** Steps that the node executes, which settles each that it was told to run. */
export class NodeSteps implements StepExecutor {
  readonly #tell: (message: NodeOrder) => void;
  readonly #steps = new OutsideSteps();

  constructor(tell: (message: NodeOrder) => void) {
    this.#tell = tell;
  }

  execute(step: ExecutedStep, settled: Settled): void {
    this.#steps.begin(step, settled);
    this.#tell({ type: "run", n: step.n });
  }

  has(n: number): boolean {
    return this.#steps.has(n);
  }

  /** The node says how it ended. */
  settle(n: number, result: StepResult): void {
    this.#steps.settle(n, result);
  }

  abort(n: number): void {
    if (this.#steps.has(n)) this.#tell({ type: "abort", n });
  }

  stop(): void {
    for (const n of this.#steps.all) this.abort(n);
  }
}
