import type { LiteralStep, LiteralVariable } from "./literal-playbook.ts";

/** A step failed: its name is the message. */
export class StepFailure extends Error {}
/** Variables by name, the innermost first. */
export type Scope = readonly Map<string, LiteralVariable>[];

export const scopeOf = (variables: Readonly<Record<string, LiteralVariable>> = {}): Map<string, LiteralVariable> =>
  new Map(Object.entries(variables));
const holding = (scope: Scope, name: string): Map<string, LiteralVariable> | undefined =>
  scope.find((each) => each.has(name));
export const valueOf = (scope: Scope, name: string): string => holding(scope, name)?.get(name)?.value ?? "";
export const filled = (text: string, scope: Scope): string =>
  text.replaceAll(/(__\w+?__):value/g, (_all, name: string) => valueOf(scope, name));

export const assign = (scope: Scope, name: string, value: string, step: LiteralStep): void => {
  const holder = holding(scope, name);
  const variable = holder?.get(name);
  const fits = variable?.type === "string" || /^\d+$/.test(value);
  if (holder === undefined || variable === undefined || variable.constant || !fits) throw new StepFailure(step.name);
  holder.set(name, { ...variable, value });
};

export const holds = (condition: string, scope: Scope): boolean => {
  const [, name = "", comparison, value = ""] = /^(\w+):value (=|!=|<) (?:'(.*)'|(?:\d+))$/.exec(condition) ?? [];
  const found = valueOf(scope, name);
  if (comparison === "<") return Number(found) < Number(condition.split(" ").at(-1));
  return (found === value) === (comparison === "=");
};
