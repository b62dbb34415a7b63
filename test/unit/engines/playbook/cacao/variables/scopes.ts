import type { VariableDeclaration, VariableType } from "../../../../../../src/engines/playbook/cacao/model/variable.ts";
import { Scope } from "../../../../../../src/engines/playbook/cacao/variables/scope.ts";

/** The declaration of a variable by its type, value, and what it is besides. */
export const declared = (
  name: string,
  type: VariableType,
  value: string | null,
  more: Partial<VariableDeclaration> = {},
): readonly [string, VariableDeclaration] => [
  name,
  { name, type, value, description: undefined, constant: false, external: false, ...more },
];

/** The scope of a playbook with these declarations, in a run of an event. */
export const scopeOf = (
  declarations: readonly (readonly [string, VariableDeclaration])[],
  event: unknown = { kind: "alarm" },
): Scope => Scope.ofRun({ id: "run-1", event: JSON.stringify(event) }).child(new Map(declarations));

/** A scope in which `__v__` has a value from outside. */
export const tainted = (text: string, type: VariableType = "string"): Scope => {
  const scope = scopeOf([declared("__v__", type, null)]);
  scope.assign("__v__", text, true);
  return scope;
};
