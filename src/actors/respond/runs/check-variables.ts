import { variableNameShape } from "../../../engines/playbook/index.ts";
import { RespondError } from "../errors.ts";

/** Of the variables that whoever starts a run gives. */
export const startBounds = {
  variables: 100,
  /** All names and values together, in UTF-8. */
  bytes: 128 * 1024,
} as const;

/** @throws RespondError `invalid` */
export const checkVariables = (variables: Readonly<Record<string, string>>): void => {
  const entries = Object.entries(variables);
  if (entries.length > startBounds.variables) {
    throw new RespondError("invalid", `${entries.length} variables: give at most ${startBounds.variables}`);
  }
  const bytes = entries.flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > startBounds.bytes) {
    throw new RespondError("invalid", `the variables are ${bytes} bytes: give at most ${startBounds.bytes}`);
  }
  const misnamed = entries.find(([name]) => !variableNameShape.test(name))?.[0];
  if (misnamed !== undefined) {
    throw new RespondError("invalid", `variable ${JSON.stringify(misnamed).slice(0, 80)}: a name is like __name__`);
  }
};
