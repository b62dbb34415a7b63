import { VariableError } from "../errors.ts";
import type { VariableReference } from "../model/text.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./value.ts";

/**
 * The value that stands in a text where the reference does, and what of the reference is text behind it: a path after a variable that is
 * no dictionary.
 *
 * @throws VariableError `undeclared`, `unset`
 */
export const filledValue = (
  reference: VariableReference,
  scope: Scope,
): { readonly value: Value; readonly rest: string } => {
  const { variable, path, text } = reference;
  const found = scope.find(variable);
  if (found === undefined) throw new VariableError("undeclared", variable, "is not declared");
  if (path.length > 0 && found.declaration.type !== "dictionary") {
    const value = scope.value({ variable, path: [], text: variable });
    if (value === undefined) throw new VariableError("unset", variable, "has no value");
    return { value, rest: text.slice(`${variable}:value`.length) };
  }
  const value = scope.value(reference);
  if (value !== undefined) return { value, rest: "" };
  throw new VariableError("unset", variable, found.value === null ? "has no value" : `has no value at ${text}`);
};
