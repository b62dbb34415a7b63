import { GarrisonError } from "../../../../base/errors.ts";
import { unreachable } from "../../../../base/unreachable.ts";
import type { CacaoSettings } from "../../protocol/messages.ts";
import type { CacaoPlaybook } from "../model/playbook.ts";
import type { Step } from "../model/step.ts";
import type { VariableContent } from "../variables/cell.ts";
import { Scope } from "../variables/scope.ts";
import type { CacaoBundle } from "./bundle.ts";
import { Effects, Exhausted } from "./effects.ts";
import type { Frame } from "./frame.ts";
import { stepName } from "./names.ts";
import { cancelled, done, failed, type Outcome } from "./outcome.ts";
import type { PrepareCommand } from "./prepare.ts";
import type { CacaoRun } from "./run-port.ts";
import { executeAction } from "./steps/action.ts";
import { executeIf, executeSwitch, executeWhile } from "./steps/conditional.ts";
import { executeParallel } from "./steps/parallel.ts";
import { executePlaybookAction } from "./steps/playbook-action.ts";
import { timedOut, withTimeout } from "./time-limit.ts";

export interface InterpreterSetup {
  readonly bundle: CacaoBundle;
  readonly run: CacaoRun;
  readonly settings: CacaoSettings;
  readonly prepare: PrepareCommand;
}

/** Executes the playbooks of one run. What fails as playbooks may fail is an outcome; what is thrown is no matter of the playbook. */
export class Interpreter {
  readonly #setup: InterpreterSetup;
  readonly #effects: Effects;

  constructor(setup: InterpreterSetup) {
    this.#setup = setup;
    this.#effects = new Effects(setup.run);
  }

  /** Resolves when all that was started has ended. */
  ended(): Promise<void> {
    return this.#effects.ended();
  }

  /**
   * Executes a playbook from its start step. When it fails, its exception step is executed once, and it has failed nevertheless.
   * @param initial values for external variables
   * @returns how it ended, and its variables
   * @throws VariableError when an initial value does not fit
   */
  readonly playbook = async (
    playbook: CacaoPlaybook,
    initial: ReadonlyMap<string, VariableContent>,
    { cancel, depth }: Pick<Frame, "cancel" | "depth">,
  ): Promise<{ readonly outcome: Outcome; readonly scope: Scope }> => {
    const { id, event } = this.#setup.run;
    const scope = Scope.ofRun({ id, event: JSON.stringify(event) }).child(playbook.variables, initial);
    const frame: Frame = { playbook, scope, cancel, depth };
    const outcome = await this.#chain(playbook.start, frame);
    if (outcome.type !== "failed" || outcome.failure.isFinal || playbook.exception === undefined) {
      return { outcome, scope };
    }
    return { outcome: await this.#except(playbook.exception, frame, outcome.failure.message), scope };
  };

  async #except(step: string, frame: Frame, message: string): Promise<Outcome> {
    this.#setup.run.log("warn", `${message}; the workflow's exception step is executed`);
    const outcome = await this.#chain(step, frame);
    if (outcome.type === "cancelled") return outcome;
    if (outcome.type === "done") return failed(`${message}; the workflow's exception step ${step} was executed`);
    const { failure } = outcome;
    const both = `${message}; the workflow's exception step ${step} failed too: ${failure.message}`;
    return { type: "failed", failure: { message: both, isFinal: failure.isFinal } };
  }

  readonly #chain = async (first: string, frame: Frame): Promise<Outcome> => {
    // Each chain begins on a stack of its own: branches inside each other are bounded by the steps of a playbook only.
    await Promise.resolve();
    for (let next: string | undefined = first; next !== undefined;) {
      if (frame.cancel.wasCancelled()) return cancelled;
      const step = stepOf(frame.playbook, next);
      const outcome = await this.#step(step, frame);
      if (frame.cancel.wasCancelled()) return cancelled;
      if (outcome.type === "done") next = step.onSuccess;
      else if (outcome.type === "cancelled" || outcome.failure.isFinal || step.onFailure === undefined) return outcome;
      else {
        this.#setup.run.log("warn", `${outcome.failure.message}; it goes on with ${step.onFailure}`);
        next = step.onFailure;
      }
    }
    return done;
  };

  /** A step with its delay and its timeout. */
  async #step(step: Step, outer: Frame): Promise<Outcome> {
    try {
      this.#effects.visit();
      if (step.delayMs > 0) await this.#delay(step, outer);
      if (outer.cancel.wasCancelled()) return cancelled;
      const frame: Frame = {
        ...outer,
        scope: step.variables.size === 0 ? outer.scope : outer.scope.child(step.variables),
      };
      if (step.timeoutMs === undefined) return await this.#execute(step, frame);
      const outcome = await withTimeout(
        { ms: step.timeoutMs, step: step.id, effects: this.#effects, cancel: outer.cancel },
        (cancel) => this.#execute(step, { ...frame, cancel }),
      );
      if (outcome !== timedOut) return outcome;
      return failed(`${stepName(step)}: ACTION_TIMEOUT: it took longer than ${step.timeoutMs} ms`);
    } catch (thrown) {
      return failureOf(step, thrown);
    }
  }

  async #delay(step: Step, { cancel }: Frame): Promise<void> {
    await cancel.outcomeOf(this.#effects.timer(step.delayMs, { step: step.id, of: "delay" }));
  }

  async #execute(step: Step, frame: Frame): Promise<Outcome> {
    const { bundle, run, settings, prepare } = this.#setup;
    const chain = this.#chain;
    const effects = this.#effects;
    switch (step.type) {
      case "start":
      case "end":
        return done;
      case "action":
        return executeAction(step, frame, { run, settings, prepare, effects });
      case "playbook-action":
        return executePlaybookAction(step, frame, { bundle, run, execute: this.playbook });
      case "parallel":
        return executeParallel(step, frame, chain);
      case "if-condition":
        return executeIf(step, frame, chain);
      case "while-condition":
        return executeWhile(step, frame, chain);
      case "switch-condition":
        return executeSwitch(step, frame, chain);
      default:
        return unreachable(step);
    }
  }
}

const stepOf = ({ id, steps }: CacaoPlaybook, step: string): Step => {
  const found = steps.get(step);
  if (found === undefined) throw new TypeError(`playbook ${id} was read with a way to a step ${step} that it has not`);
  return found;
};

/** What was thrown as a failure of the step, when it is one. */
const failureOf = (step: Step, thrown: unknown): Outcome => {
  if (thrown instanceof GarrisonError) return failed(`${stepName(step)}: ${thrown.message}`);
  if (!(thrown instanceof Exhausted)) throw thrown;
  return { type: "failed", failure: { message: `${stepName(step)}: ${thrown.message}`, isFinal: true } };
};
