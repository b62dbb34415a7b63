import { VariableError } from "../../errors.ts";
import type { CacaoPlaybook } from "../../model/playbook.ts";
import { cacaoBounds } from "../../model/playbook.ts";
import type { PlaybookActionStep } from "../../model/step.ts";
import type { VariableContent } from "../../variables/cell.ts";
import type { Scope } from "../../variables/scope.ts";
import type { CacaoBundle } from "../bundle.ts";
import { calledVariables } from "../external-variables.ts";
import type { Frame } from "../frame.ts";
import { playbookName, stepName } from "../names.ts";
import { failed, type Outcome } from "../outcome.ts";
import type { CacaoRun } from "../run-port.ts";
import { invalidAt } from "../validity.ts";

/** What a step needs to execute another playbook. */
export interface PlaybookCalls {
  readonly bundle: CacaoBundle;
  readonly run: Pick<CacaoRun, "startedAtMs" | "log">;
  /** Executes the playbook with variables of its own. */
  readonly execute: (
    playbook: CacaoPlaybook,
    initial: ReadonlyMap<string, VariableContent>,
    frame: Pick<Frame, "cancel" | "depth">,
  ) => Promise<{ readonly outcome: Outcome; readonly scope: Scope }>;
}

const problemOf = (playbook: CacaoPlaybook, depth: number, nowMs: number): string | undefined => {
  if (depth > cacaoBounds.depth) return `playbooks call each other deeper than ${cacaoBounds.depth}`;
  if (playbook.revoked) return "it is revoked";
  const invalid = invalidAt(playbook, nowMs);
  return invalid === undefined ? undefined : `its ${invalid} does not permit it at the time of the run`;
};

/**
 * Executes another playbook: variables named in `in_args` become its external ones, those named in `out_args` get what it leaves in its
 * variables of the same name. Dates are compared with the time when the run began.
 *
 * @throws VariableError when a value does not fit, or there is no variable for it
 */
export const executePlaybookAction = async (
  step: PlaybookActionStep,
  frame: Frame,
  { bundle, run, execute }: PlaybookCalls,
): Promise<Outcome> => {
  const called = bundle.call(step.playbook, step.version);
  if (called === undefined) return failed(`${stepName(step)}: there is no playbook ${step.playbook}`);
  const at = `${stepName(step)}: playbook ${playbookName(called)}`;
  const depth = frame.depth + 1;
  const problem = problemOf(called, depth, run.startedAtMs);
  if (problem !== undefined) return failed(`${at}: ${problem}`);

  const { initial, missing } = calledVariables(called, step.inArgs, frame.scope);
  if (missing !== undefined) return failed(`${at}: its external variable ${missing} has no value: name it in in_args`);
  const unused = step.inArgs.filter((name) => called.variables.get(name)?.external !== true);
  if (unused.length > 0) run.log("warn", `${at}: ${unused.join(", ")} in in_args is no external variable of it`);
  const { outcome, scope } = await execute(called, initial, { cancel: frame.cancel, depth });
  if (outcome.type === "failed") {
    const { message, isFinal } = outcome.failure;
    return { type: "failed", failure: { message: `${at}: ${message}`, isFinal } };
  }
  if (outcome.type === "done") takeOutputs(step.outArgs, scope, frame.scope);
  return outcome;
};

const takeOutputs = (names: readonly string[], from: Scope, to: Scope): void => {
  for (const name of names) {
    const variable = from.find(name);
    if (variable === undefined)
      throw new VariableError("undeclared", name, "is in out_args and no variable of the playbook");
    to.assign(name, variable.value, variable.tainted);
  }
};
