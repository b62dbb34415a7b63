import type { CacaoPlaybook } from "../model/playbook.ts";
import type { VariableContent } from "../variables/cell.ts";
import type { Scope } from "../variables/scope.ts";
import type { CacaoRun } from "./run-port.ts";

/** Values that the variables of a playbook begin with instead of the declared ones. */
export interface ExternalValues {
  readonly initial: ReadonlyMap<string, VariableContent>;
  /** The first external variable that has no value. */
  readonly missing: string | undefined;
}

const externalValues = (
  playbook: CacaoPlaybook,
  given: (name: string) => VariableContent | undefined,
): ExternalValues => {
  const initial = new Map<string, VariableContent>();
  let missing: string | undefined;
  for (const { name, external, value } of playbook.variables.values()) {
    if (!external) continue;
    const found = given(name);
    if (found !== undefined && found.text !== null) initial.set(name, found);
    else if (value === null) missing ??= name;
  }
  return { initial, missing };
};

const textOf = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
};

const own = (values: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** Of the playbook of a run: from whoever started it, else from the event's data. */
export const runVariables = (playbook: CacaoPlaybook, { variables, event }: CacaoRun): ExternalValues =>
  externalValues(playbook, (name) => {
    const text = textOf(own(variables, name)) ?? textOf(own(event.data, name));
    return text === undefined ? undefined : { text, tainted: true };
  });

/** Of a playbook that another one calls: from the caller's variables of the same name, as far as it hands them over. */
export const calledVariables = (playbook: CacaoPlaybook, inArgs: readonly string[], caller: Scope): ExternalValues =>
  externalValues(playbook, (name) => {
    const variable = inArgs.includes(name) ? caller.find(name) : undefined;
    return variable === undefined ? undefined : { text: variable.value, tainted: variable.tainted };
  });
