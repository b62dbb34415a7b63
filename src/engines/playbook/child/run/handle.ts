import type { Json } from "../../../../base/json.ts";
import type { StepError, StepResult } from "../../journal.ts";
import type { ActionError, ActionHandle } from "../../sdk/run.ts";

type Listener = (outcome: StepResult) => void;

/** What awaiting the handle of a failed action throws. */
class ActionFailure extends Error implements ActionError {
  override readonly name = "ActionError";
  readonly code: StepError["code"];
  readonly action: string;
  readonly step: number;

  constructor(action: string, step: number, { code, message }: StepError) {
    super(`${action} (step ${step}): ${message}`);
    this.code = code;
    this.action = action;
    this.step = step;
  }
}

/** One action that a playbook has started, as the playbook holds it. */
export class Handle implements ActionHandle<Json> {
  readonly action: string;
  readonly step: number;
  readonly #call: (callback: () => unknown) => void;
  #outcome: StepResult | undefined;
  #listeners: Listener[] = [];
  #output: Promise<Json> | undefined;

  /** @param call calls something of the playbook, on which the run waits */
  constructor(action: string, step: number, call: (callback: () => unknown) => void) {
    this.action = action;
    this.step = step;
    this.#call = call;
  }

  /** How it ended, once the playbook has heard of it. */
  get outcome(): StepResult | undefined {
    return this.#outcome;
  }

  then<Value = Json, Other = never>(
    fulfilled?: ((output: Json) => Value | PromiseLike<Value>) | null,
    rejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Value | Other> {
    // Made only for who awaits it: an action may fail without anybody who asks.
    this.#output ??= new Promise((resolve, reject) => {
      this.#listen((outcome) => {
        if (outcome.state === "done") resolve(outcome.output);
        else reject(new ActionFailure(this.action, this.step, outcome.error));
      });
    });
    return this.#output.then(fulfilled, rejected);
  }

  onDone(callback: (outcome: StepResult) => unknown): this {
    this.#listen((outcome) => this.#call(() => callback(outcome)));
    return this;
  }

  /** Has the playbook hear of it. Called once. */
  settle(outcome: StepResult): void {
    this.#outcome = outcome;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener(outcome);
  }

  #listen(listener: Listener): void {
    const outcome = this.#outcome;
    if (outcome === undefined) this.#listeners.push(listener);
    else void Promise.resolve().then(() => listener(outcome));
  }
}
