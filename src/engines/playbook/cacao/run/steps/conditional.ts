import { evaluate } from "../../condition/evaluate.ts";
import type { Condition } from "../../model/condition.ts";
import type { IfStep, SwitchStep, WhileStep } from "../../model/step.ts";
import type { ExecuteChain, Frame } from "../frame.ts";
import { done, type Outcome } from "../outcome.ts";

const holds = (condition: Condition, { scope }: Frame): boolean =>
  evaluate(condition, (reference) => scope.values(reference));

/** @throws ConditionError */
export const executeIf = async (step: IfStep, frame: Frame, chain: ExecuteChain): Promise<Outcome> => {
  const branch = holds(step.condition, frame) ? step.onTrue : step.onFalse;
  return branch === undefined ? done : await chain(branch, frame);
};

/** Executes the branch again and again while the condition holds. @throws ConditionError */
export const executeWhile = async (step: WhileStep, frame: Frame, chain: ExecuteChain): Promise<Outcome> => {
  while (holds(step.condition, frame)) {
    const outcome = await chain(step.onTrue, frame);
    if (outcome.type !== "done") return outcome;
  }
  return done;
};

/** The case whose value is the variable's, else `default`, else none. */
export const executeSwitch = async (step: SwitchStep, frame: Frame, chain: ExecuteChain): Promise<Outcome> => {
  const value = frame.scope.value(step.switch)?.text;
  const branch = (value === undefined ? undefined : step.cases.get(value)) ?? step.cases.get("default");
  return branch === undefined ? done : await chain(branch, frame);
};
