import { variableNameShape } from "../../engines/playbook/cacao/model/variable.ts";
import { UsageError } from "./usage-error.ts";

/**
 * `__name__=value`, for a variable of a playbook.
 * @throws UsageError
 */
export const parseAssignment = (text: string): readonly [name: string, value: string] => {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(0, at));
  if (variableNameShape.test(name)) return [name, text.slice(at + 1)];
  throw new UsageError(`use a variable with its value, such as __address__=10.0.0.7, not "${text.slice(0, 100)}"`);
};
